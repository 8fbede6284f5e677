#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/dialects/openai_chat/block_sink.h"
#include "core/json/text_joiner.h"
#include "core/json/view.h"

namespace llmgw::dialect::chat {

/// Puts the tool calls of one choice together from their pieces, whatever way the server marks them.
class ToolSlots {
 public:
  /// One call under assembly. Its block opens once the name is known.
  struct Slot {
    std::optional<std::int64_t> index;
    std::string id;  ///< the upstream's; empty until it says one
    std::string name;
    ir::ToolKind kind = ir::ToolKind::function;
    int block = -1;       ///< -1: not open yet
    std::string waiting;  ///< argument pieces that came before the name
    json::TextJoiner joiner;
  };

  /// Takes one element of `tool_calls`: finds or makes its slot and adds its piece of arguments to `waiting`.
  Slot& take(json::View call);
  /// Takes the deprecated `function_call`, which has one slot of its own.
  Slot& take_legacy(json::View function);
  /// Opens the slot's block (with an id made up where the server sent none) if need be.
  void open(Slot& slot, BlockSink& sink, IdSource& ids);
  /// Sends the pieces that wait; the block must be open.
  static void send(Slot& slot, BlockSink& sink);
  /// Sends the rest and closes all blocks. Calls that never got a name have none.
  void close(BlockSink& sink);
  /// No call was made. Some servers send the members of one, all of them empty, beside every text.
  [[nodiscard]] bool empty() const;
  /// A call has an id or arguments, and no name yet.
  [[nodiscard]] bool nameless() const;
  /// More calls than any model makes: every piece looks its slot up among them.
  [[nodiscard]] bool too_many() const { return slots_.size() > max_slots; }

 private:
  static constexpr std::size_t max_slots = 4096;
  struct Piece;
  Slot& place(const Piece& piece);
  Slot* newest_with_index(std::int64_t index);
  Slot* with_id(std::string_view id);
  Slot& make(const Piece& piece);
  std::vector<Slot> slots_;
  std::vector<std::string> sent_ids_;
};

}  // namespace llmgw::dialect::chat
