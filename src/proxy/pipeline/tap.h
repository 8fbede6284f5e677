#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "core/ir/event.h"
#include "core/tokens/estimate.h"

namespace llmgw::proxy {

/// Watches an answer's events go by: content, first token, usage, finish, fault.
class Tap {
 public:
  /// `now_ns`: when the events arrived.
  void see(const ir::Events& events, std::int64_t now_ns);

  /// Something of the answer itself has come, more than its opening.
  [[nodiscard]] bool spoke() const { return spoke_; }
  [[nodiscard]] std::int64_t first_token_ns() const { return first_token_ns_; }
  /// The longest silence between two pieces of the answer, after its first token.
  [[nodiscard]] std::int64_t longest_gap_ns() const { return longest_gap_ns_; }
  [[nodiscard]] const std::optional<ir::Usage>& usage() const { return usage_; }
  [[nodiscard]] ir::FinishReason finish() const { return finish_; }
  [[nodiscard]] const std::optional<Error>& fault() const { return fault_; }
  /// Words the fault anew.
  void reword_fault(std::string message) { fault_->message = std::move(message); }
  [[nodiscard]] bool ended() const { return ended_; }
  /// Usage from the bytes that went by, for an upstream that reports none.
  [[nodiscard]] ir::Usage estimate(std::int64_t input_estimate) const;

 private:
  std::optional<ir::Usage> usage_;
  std::optional<Error> fault_;  // ends with the mark whether there is one, which every event asks for
  bool ended_ = false;
  bool spoke_ = false;
  ir::FinishReason finish_ = ir::FinishReason::none;
  std::int64_t first_token_ns_ = 0;
  std::int64_t last_ns_ = 0;
  std::int64_t longest_gap_ns_ = 0;
  tokens::OutputCounter output_;
};

}  // namespace llmgw::proxy
