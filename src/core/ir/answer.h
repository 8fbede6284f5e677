#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ir/block.h"
#include "core/ir/event.h"
#include "core/ir/usage.h"

namespace llmgw::ir {

/// One of the answers asked for with `n`.
struct Choice {
  std::vector<Block> blocks;  ///< Text, Reasoning, Refusal, ToolCall, Image and Opaque blocks in order
  FinishReason finish = FinishReason::none;
  std::string raw_finish;
  std::string stop_sequence;
  Json logprobs;
};

/// A whole answer, collected from events.
struct Answer {
  std::string id;
  std::string model;
  std::int64_t created = 0;
  std::vector<Choice> choices;
  std::optional<Usage> usage;
  std::optional<Error> error;
  bool complete = false;

  /// All text of a choice, joined.
  [[nodiscard]] std::string text(std::size_t choice = 0) const;
  /// All reasoning text of a choice, joined.
  [[nodiscard]] std::string reasoning(std::size_t choice = 0) const;
};

/// Folds events into an answer: the one place where streamed and whole answers meet, so they cannot differ.
class Collector {
 public:
  void add(const Event& event);
  void add(const Events& events);
  /// The answer so far.
  [[nodiscard]] const Answer& answer() const { return answer_; }
  Answer take() { return std::move(answer_); }

 private:
  Choice& choice(int number);
  struct Slot {
    int index;
    std::size_t position;
  };
  Slot* slot_at(int choice, int index);
  Block* open_block(int choice, int index);
  Answer answer_;
  std::vector<std::vector<Slot>> slots_;  // per choice: block index -> position in blocks
};

/// The events that tell a whole answer, in order, ending with End.
Events replay(const Answer& answer);

}  // namespace llmgw::ir
