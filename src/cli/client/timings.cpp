#include "cli/client/timings.h"

#include <algorithm>
#include <cmath>
#include <variant>

namespace llmgw::cli {
namespace timings {

constexpr double ns_per_ms = 1e6;

double ms_between(std::int64_t from, std::int64_t to) { return static_cast<double>(to - from) / ns_per_ms; }

bool carries_token(const ir::Event& event) {
  if (const auto* open = std::get_if<ir::BlockOpen>(&event)) return open->kind == ir::BlockKind::tool_call;
  const auto* delta = std::get_if<ir::Delta>(&event);
  if (delta == nullptr) return false;
  return delta->kind == ir::DeltaKind::text || delta->kind == ir::DeltaKind::reasoning ||
         delta->kind == ir::DeltaKind::refusal || delta->kind == ir::DeltaKind::args;
}

bool is_reasoning(const ir::Event& event) {
  const auto* delta = std::get_if<ir::Delta>(&event);
  return delta != nullptr && delta->kind == ir::DeltaKind::reasoning;
}

}  // namespace timings

void Timings::sent(std::int64_t now) {
  sent_ = now;
  done_ = now;
}

void Timings::arrived(const ir::Event& event, std::int64_t now) {
  done_ = now;
  if (!timings::carries_token(event)) return;
  marks_.push_back(now);
  if (!first_content_ && !timings::is_reasoning(event)) first_content_ = now;
}

std::optional<double> Timings::ttft_ms() const {
  if (marks_.empty()) return std::nullopt;
  return timings::ms_between(sent_, marks_.front());
}

std::optional<double> Timings::ttft_content_ms() const {
  if (!first_content_) return std::nullopt;
  return timings::ms_between(sent_, *first_content_);
}

std::optional<double> Timings::itl_ms(double quantile) const {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < marks_.size(); ++i) gaps.push_back(timings::ms_between(marks_[i - 1], marks_[i]));
  return quantile_of(std::move(gaps), quantile);
}

std::optional<double> Timings::tokens_per_second(std::int64_t output_tokens) const {
  if (output_tokens < 2 || marks_.size() < 2 || marks_.back() <= marks_.front()) return std::nullopt;
  constexpr double ms_per_s = 1e3;
  return static_cast<double>(output_tokens - 1) * ms_per_s / timings::ms_between(marks_.front(), marks_.back());
}

double Timings::total_ms() const { return timings::ms_between(sent_, done_); }

std::optional<double> quantile_of(std::vector<double> values, double quantile) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const double rank = quantile * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(rank));
  const auto above = std::min(below + 1, values.size() - 1);
  return values[below] + (values[above] - values[below]) * (rank - std::floor(rank));
}

}  // namespace llmgw::cli
