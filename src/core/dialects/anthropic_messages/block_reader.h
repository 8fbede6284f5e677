#pragma once

#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/ir/event.h"
#include "core/json/text_joiner.h"
#include "core/json/view.h"

namespace llmgw::dialect::messages {

/// Turns content blocks, whole or in deltas, into events. Blocks are told apart by the upstream's index, so servers
/// that keep two open at once (llama.cpp opens the text before it closes the thinking) are read like any other.
class BlockReader {
 public:
  explicit BlockReader(IdSource& ids) : ids_(ids) {}

  /// A block begins, with what its object already holds.
  void open(std::int64_t upstream, json::View block, ir::Events& events);
  /// A piece of a block; one for an unknown or closed block opens a block of its kind where that is possible.
  void delta(std::int64_t upstream, json::View delta, ir::Events& events);
  /// A block ends; unknown ones are ignored.
  void close(std::int64_t upstream, ir::Events& events);
  /// Ends what is still open.
  void close_all(ir::Events& events);
  /// True once a tool call for the client was opened.
  [[nodiscard]] bool has_tool_calls() const { return has_tool_calls_; }
  /// More open blocks than any service leaves: every piece looks its block up among them.
  [[nodiscard]] bool too_many() const { return open_.size() > max_open; }

 private:
  static constexpr std::size_t max_open = 4096;
  struct Slot {
    std::int64_t upstream = 0;
    int index = 0;
    ir::BlockKind kind = ir::BlockKind::text;
    bool has_args = false;
    std::string input;  ///< of the start block; the arguments unless deltas follow
    std::string whole;  ///< a server's tool call, held until its input is complete
    json::TextJoiner joiner;
  };

  Slot* find(std::int64_t upstream);
  Slot& begin(std::int64_t upstream, ir::BlockOpen open, ir::Events& events);
  void open_tool_call(std::int64_t upstream, json::View block, ir::Events& events);
  void open_opaque(std::int64_t upstream, std::string type, json::View block, ir::Events& events);
  void push(Slot& slot, ir::DeltaKind kind, json::View text, ir::Events& events);
  void finish(Slot& slot, ir::Events& events);

  IdSource& ids_;
  std::vector<Slot> open_;
  int next_index_ = 0;
  bool has_tool_calls_ = false;
};

}  // namespace llmgw::dialect::messages
