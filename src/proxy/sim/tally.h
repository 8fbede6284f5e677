#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/ir/event.h"

namespace llmgw::sim {

/// A histogram that several threads fill.
class TallyHistogram {
 public:
  explicit TallyHistogram(std::span<const double> bounds)
      : bounds_(bounds), counts_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds.size() + 1)) {}
  void observe(double seconds);
  void write(std::string& out, std::string_view name, std::string_view labels) const;

 private:
  std::span<const double> bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;
  std::atomic<std::uint64_t> sum_ns_{0};
};

/// The simulator's counters, under the names of vLLM's (docs.vllm.ai, "Production Metrics"), so that dashboards and
/// scrapers made for it work.
class Tally {
 public:
  Tally();
  std::atomic<std::int64_t> running{0};
  std::atomic<std::uint64_t> prompt_tokens{0};
  std::atomic<std::uint64_t> generation_tokens{0};
  TallyHistogram first_token;
  TallyHistogram inter_token;
  TallyHistogram whole;
  TallyHistogram lateness;  ///< of writes, behind their moment: the simulator's own error

  void finished(ir::FinishReason reason);
  /// The page of `GET /metrics`.
  [[nodiscard]] std::string page(std::string_view model) const;

 private:
  std::array<std::atomic<std::uint64_t>, 4> finished_{};  // by finish_words
};

}  // namespace llmgw::sim
