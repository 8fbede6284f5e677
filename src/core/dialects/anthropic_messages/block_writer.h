#pragma once

#include <set>
#include <string>

#include "core/dialects/anthropic_messages/json_progress.h"
#include "core/dialects/anthropic_messages/stop_reason.h"
#include "core/dialects/dialect.h"
#include "core/ir/block.h"
#include "core/ir/event.h"

namespace llmgw::dialect::messages {

/// Writes the content blocks of a Messages stream, one after the other. Text and reasoning blocks begin with their
/// first piece, so an empty one leaves no trace.
class BlockWriter {
 public:
  explicit BlockWriter(const ClientContext& client) : client_(client) {}

  /// Begins a block; the one before must be closed.
  void open(const ir::BlockOpen& open, std::string& out);
  /// A piece of the open block.
  void write(const ir::Delta& delta, std::string& out);
  /// Ends the open block, if there is one.
  void close(std::string& out);

  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] bool is_open(int index) const { return open_ && source_ == index; }
  /// True when nothing is lost by ending the open block now: everything but a call whose arguments go on.
  [[nodiscard]] bool may_close() const { return kind_ != ir::BlockKind::tool_call || args_.complete(); }
  /// How the answer ends, given what was written.
  [[nodiscard]] Ending ending(const ir::Finish& finish) const;

 private:
  void begin(std::string_view block, std::string& out);
  void open_call(const ir::BlockOpen& open, std::string& out);
  void open_opaque(const ir::BlockOpen& open, std::string& out);
  void write_text(std::string_view prefix, std::string_view start, const ir::Delta& delta, std::string& out);
  void write_reasoning(const ir::Delta& delta, std::string& out);
  void close_reasoning(std::string& out);

  ClientContext client_;
  int source_ = 0;  ///< the block's index in the events
  int index_ = 0;   ///< the block's index on the wire, once it is written
  int next_index_ = 0;
  ir::BlockKind kind_ = ir::BlockKind::text;
  bool open_ = false;
  bool written_ = false;  ///< its start is out
  bool tool_use_ = false;
  bool refusal_ = false;
  JsonProgress args_;
  ir::Reasoning reasoning_;  ///< its opaque parts, which are written at the end
  std::set<std::string> call_ids_;
};

}  // namespace llmgw::dialect::messages
