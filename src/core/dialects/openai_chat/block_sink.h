#pragma once

#include <string>
#include <utility>

#include "core/ir/event.h"

namespace llmgw::dialect::chat {

/// Appends the events of one choice's blocks and numbers the blocks in the order of opening.
class BlockSink {
 public:
  explicit BlockSink(int choice) : choice_(choice) {}
  /// Where the next events go; set at every entry, since batches change between calls.
  void direct(ir::Events& out) { out_ = &out; }

  int open(ir::BlockOpen block) {
    block.choice = choice_;
    block.index = next_++;
    const int index = block.index;
    out_->emplace_back(std::move(block));
    return index;
  }
  /// Empty pieces are dropped: a delta is never empty.
  void delta(int index, ir::DeltaKind kind, std::string text) {
    if (!text.empty()) out_->emplace_back(ir::Delta{choice_, index, kind, std::move(text)});
  }
  void close(int index) { out_->emplace_back(ir::BlockClose{choice_, index}); }
  /// Any event that belongs to no block.
  void add(ir::Event event) { out_->push_back(std::move(event)); }
  [[nodiscard]] int choice() const { return choice_; }

 private:
  ir::Events* out_ = nullptr;
  int choice_;
  int next_ = 0;
};

}  // namespace llmgw::dialect::chat
