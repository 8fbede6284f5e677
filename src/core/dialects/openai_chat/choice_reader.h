#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/ids.h"
#include "core/dialects/openai_chat/block_sink.h"
#include "core/dialects/openai_chat/reasoning_parts.h"
#include "core/dialects/openai_chat/tool_slots.h"
#include "core/json/text_joiner.h"
#include "core/json/view.h"

namespace llmgw::dialect::chat {

/// Turns the deltas of one choice into blocks. Chat marks no block borders: a block opens with the first piece of its
/// kind and closes when another kind starts; tool calls stay open until the end, since their pieces may interleave.
class ChoiceReader {
 public:
  ChoiceReader(int choice, IdSource& ids) : sink_(choice), ids_(ids) {}

  /// Reads one element of `choices`: a delta of a stream or the message of a whole answer.
  void read(json::View choice, ir::Events& out);
  /// Closes all blocks and says why the choice ended, if the server did.
  void close(ir::Events& out);
  [[nodiscard]] int choice() const { return sink_.choice(); }
  [[nodiscard]] bool too_many_calls() const { return tools_.too_many(); }
  [[nodiscard]] bool nameless_call() const { return tools_.nameless(); }
  [[nodiscard]] bool finish_seen() const { return !raw_finish_.empty(); }

 private:
  struct Members;
  void read_delta(json::View delta);
  void read_content(json::View content);
  void read_content_part(json::View part);
  void read_tool_calls(const Members& members);
  void add_tool(ToolSlots::Slot& slot);
  void add(ir::BlockKind kind, std::string text, std::string_view origin = {});
  void add_reasoning(ReasoningPart part);
  void add_opaque_part(ReasoningPart& part);
  void add_whole(ir::BlockKind kind, json::View value);
  void add_citations(json::View annotations);
  void switch_to(ir::BlockKind kind, std::string_view origin);
  void close_block();
  void end_text();
  [[nodiscard]] bool open_is(ir::BlockKind kind) const { return block_ >= 0 && kind_ == kind; }
  [[nodiscard]] bool must_hold() const;

  BlockSink sink_;
  IdSource& ids_;
  ToolSlots tools_;
  json::TextJoiner joiner_;
  int block_ = -1;  ///< the open text, reasoning or refusal block
  ir::BlockKind kind_ = ir::BlockKind::text;
  std::string origin_;                ///< of the open reasoning block
  std::optional<std::int64_t> part_;  ///< its index in `reasoning_details`
  bool has_opaque_ = false;           ///< it got its signature or encrypted data
  bool reasoning_text_seen_ = false;
  int turns_ = 0;       ///< changes between reasoning and text since the last tool call
  ReasoningPart held_;  ///< reasoning that waits for the end of the text
  std::string raw_finish_;
  std::string stop_sequence_;
};

}  // namespace llmgw::dialect::chat
