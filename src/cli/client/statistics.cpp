#include "cli/client/statistics.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <vector>

#include "cli/term/visible_text.h"
#include "core/bench/metrics.h"

namespace llmgw::cli {
namespace statistics {

constexpr double ms_per_s = 1e3;
constexpr double median = 0.5;
constexpr double p95 = 0.95;

/// `183ms`, `1.63s`.
std::string time_text(double ms) {
  constexpr double ten = 10;
  if (ms >= ms_per_s) return fmt::format("{:.2f}s", ms / ms_per_s);
  return fmt::format("{:.{}f}ms", ms, ms < ten ? 1 : 0);
}

std::int64_t output_tokens(const Exchanged& exchanged) {
  if (exchanged.answer.usage) return exchanged.answer.usage->output_total;
  return static_cast<std::int64_t>(exchanged.sample.tokens.size());
}

std::optional<double> time_ms(const Exchanged& exchanged, std::string_view metric) {
  return bench::value_of(exchanged.sample, metric);
}

/// A quantile of the gaps between the tokens of this one answer.
std::optional<double> gap_ms(const Exchanged& exchanged, double q) {
  const std::array<const bench::Sample*, 1> samples{&exchanged.sample};
  return bench::collect(samples, "itl").at(q);
}

/// Tokens per second while the answer came.
std::optional<double> tokens_per_second(const Exchanged& exchanged) {
  const auto tpot = time_ms(exchanged, "tpot");
  if (!tpot || *tpot <= 0) return std::nullopt;
  return ms_per_s / *tpot;
}

std::string token_field(const Exchanged& exchanged) {
  const auto& usage = exchanged.answer.usage;
  // Where the server counts nothing, events are counted; the tilde says that it is our figure.
  if (!usage) return fmt::format("?>~{} tok", output_tokens(exchanged));
  const auto* mark = usage->estimated ? "~" : "";
  return fmt::format("{}{}>{}{} tok", mark, usage->input_total, mark, usage->output_total);
}

std::vector<std::string> fields(const Exchanged& exchanged, const std::string& asked_model) {
  std::vector<std::string> out{on_one_line(asked_model), token_field(exchanged)};
  if (const auto ttft = time_ms(exchanged, "ttft")) out.push_back("ttft " + time_text(*ttft));
  const auto half = gap_ms(exchanged, median);
  const auto most = gap_ms(exchanged, p95);
  if (half && most) out.push_back(fmt::format("itl {:.1f}/{:.1f}ms", *half, *most));
  if (const auto rate = tokens_per_second(exchanged)) out.push_back(fmt::format("{:.0f} tok/s", *rate));
  if (const auto total = time_ms(exchanged, "e2e")) out.push_back(time_text(*total));
  out.emplace_back(finish_of(exchanged.answer));
  return out;
}

void optional_number(json::Writer& json, std::string_view name, std::optional<double> value) {
  json.key(name);
  if (value) {
    json.raw(fmt::format("{:.3f}", *value));
  } else {
    json.null();
  }
}

}  // namespace statistics

std::string_view finish_of(const ir::Answer& answer) {
  return answer.choices.empty() ? "none" : ir::finish_name(answer.choices.front().finish);
}

std::string statistics_line(const Exchanged& exchanged, const std::string& asked_model, int columns) {
  std::string line;
  for (const auto& field : statistics::fields(exchanged, asked_model)) {
    const auto width = line.size() + (line.empty() ? 0 : 2) + field.size();
    if (!line.empty() && width > static_cast<std::size_t>(columns)) break;
    line += (line.empty() ? "" : "  ") + field;
  }
  return line;
}

void write_statistics(json::Writer& json, const Exchanged& exchanged) {
  const auto& usage = exchanged.answer.usage;
  json.key("usage");
  if (usage) {
    json.begin_object();
    json.member("input", usage->input_total);
    json.member("output", usage->output_total);
    json.member("reasoning", usage->output_reasoning);
    json.member("cached", usage->input_cached);
    json.member("estimated", usage->estimated);
    json.end_object();
  } else {
    json.null();
  }
  json.key("timing");
  json.begin_object();
  statistics::optional_number(json, "ttft_ms", statistics::time_ms(exchanged, "ttft"));
  statistics::optional_number(json, "ttft_content_ms", statistics::time_ms(exchanged, "ttfo"));
  statistics::optional_number(json, "itl_p50_ms", statistics::gap_ms(exchanged, statistics::median));
  statistics::optional_number(json, "itl_p95_ms", statistics::gap_ms(exchanged, statistics::p95));
  statistics::optional_number(json, "tokens_per_s", statistics::tokens_per_second(exchanged));
  statistics::optional_number(json, "total_ms", statistics::time_ms(exchanged, "e2e"));
  json.end_object();
}

}  // namespace llmgw::cli
