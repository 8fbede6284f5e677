#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ir/event.h"

namespace llmgw::ir {

/// Takes reasoning that a server left in the text (`<think>...</think>`) out of it and into reasoning blocks. Servers
/// without a reasoning parser for the model send it so. An opening tag counts only at the start of the answer; what
/// looks like a tag later is text. A piece of text that could be the beginning of a tag is held back until it is clear.
class ReasoningTags {
 public:
  /// `opened`: the model's template has written the opening tag already, so the answer begins inside the reasoning.
  explicit ReasoningTags(bool opened) : opened_(opened) {}
  /// Appends what the events mean to `out`; block indexes are given anew.
  void filter(const Events& events, Events& out);

 private:
  enum class Phase { start, inside, after_tag, passing };
  struct Choice {
    Phase phase = Phase::start;
    std::string held;     ///< text not yet decided about
    int text_block = -1;  ///< upstream's index of the open text block
    int number = 0;       ///< of the choice
    int open = -1;        ///< our index of the open block made of it
    BlockKind open_kind = BlockKind::text;
    int next = 0;                             ///< our next block index
    std::vector<std::pair<int, int>> others;  ///< upstream's index -> ours, for blocks that pass
  };

  Choice& choice(int number);
  void open_block(const BlockOpen& open, Events& out);
  static void text(Choice& choice, std::string_view piece, Events& out);
  static bool step(Choice& choice, Events& out);
  static void emit(Choice& choice, BlockKind kind, std::string_view piece, Events& out);
  static void close(Choice& choice, Events& out);
  static void end_text(Choice& choice, Events& out);

  std::vector<Choice> choices_;
  bool opened_;
};

}  // namespace llmgw::ir
