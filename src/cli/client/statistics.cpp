#include "cli/client/statistics.h"

#include <fmt/format.h>

#include <vector>

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
  return static_cast<std::int64_t>(exchanged.timings.token_events());
}

std::string token_field(const Exchanged& exchanged) {
  const auto& usage = exchanged.answer.usage;
  // Where the server counts nothing, events are counted; the tilde says that it is our figure.
  if (!usage) return fmt::format("?>~{} tok", output_tokens(exchanged));
  const auto* mark = usage->estimated ? "~" : "";
  return fmt::format("{}{}>{}{} tok", mark, usage->input_total, mark, usage->output_total);
}

std::vector<std::string> fields(const Exchanged& exchanged, const std::string& asked_model) {
  const auto& timings = exchanged.timings;
  std::vector<std::string> out{asked_model, token_field(exchanged)};
  if (const auto ttft = timings.ttft_ms()) out.push_back("ttft " + time_text(*ttft));
  const auto half = timings.itl_ms(median);
  const auto most = timings.itl_ms(p95);
  if (half && most) out.push_back(fmt::format("itl {:.1f}/{:.1f}ms", *half, *most));
  if (const auto rate = timings.tokens_per_second(output_tokens(exchanged))) {
    out.push_back(fmt::format("{:.0f} tok/s", *rate));
  }
  out.push_back(time_text(timings.total_ms()));
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
  const auto& timings = exchanged.timings;
  json.key("timing");
  json.begin_object();
  statistics::optional_number(json, "ttft_ms", timings.ttft_ms());
  statistics::optional_number(json, "ttft_content_ms", timings.ttft_content_ms());
  statistics::optional_number(json, "itl_p50_ms", timings.itl_ms(statistics::median));
  statistics::optional_number(json, "itl_p95_ms", timings.itl_ms(statistics::p95));
  statistics::optional_number(json, "tokens_per_s", timings.tokens_per_second(statistics::output_tokens(exchanged)));
  statistics::optional_number(json, "total_ms", timings.total_ms());
  json.end_object();
}

}  // namespace llmgw::cli
