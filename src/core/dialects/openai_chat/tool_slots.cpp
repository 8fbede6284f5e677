#include "core/dialects/openai_chat/tool_slots.h"

#include <algorithm>
#include <utility>

namespace llmgw::dialect::chat {

struct ToolSlots::Piece {
  std::optional<std::int64_t> index;
  std::string id;
  std::string name;
  std::string args;
  ir::ToolKind kind = ir::ToolKind::function;
};

namespace tool_pieces {

constexpr std::int64_t legacy_index = -1;  // no server numbers a call like that

// Arguments are text; some servers send the object itself, which is then kept as it was spelled.
std::string arguments(json::View value) {
  if (value.absent()) return {};
  if (auto text = value.string()) return *std::move(text);
  return std::string(value.raw());
}

std::string text(json::View value) { return value.string().value_or(std::string{}); }

template <class Piece>
void read_function(json::View function, Piece& piece) {
  for (const auto& [key, value] : function.members()) {
    if (key == "arguments" || key == "input")
      piece.args = arguments(value);
    else if (key == "name")
      piece.name = text(value);
  }
}

}  // namespace tool_pieces

ToolSlots::Slot& ToolSlots::take(json::View call) {
  Piece piece;
  for (const auto& [key, value] : call.members()) {
    if (key == "index")
      piece.index = value.integer();
    else if (key == "id")
      piece.id = tool_pieces::text(value);
    else if (key == "function")
      tool_pieces::read_function(value, piece);
    else if (key == "custom" && value.is_object()) {
      tool_pieces::read_function(value, piece);
      piece.kind = ir::ToolKind::custom;
    }
  }
  Slot& slot = place(piece);
  slot.waiting += piece.args;
  return slot;
}

ToolSlots::Slot& ToolSlots::take_legacy(json::View function) {
  Piece piece;
  piece.index = tool_pieces::legacy_index;
  tool_pieces::read_function(function, piece);
  Slot& slot = place(piece);
  slot.waiting += piece.args;
  return slot;
}

// Servers mark the pieces of a call in four ways: by index (OpenAI), by id alone, by name alone, or not at all; and
// some use index 0 for every call (ollama/ollama#15457). Ids and names may be repeated in every piece.
ToolSlots::Slot& ToolSlots::place(const Piece& piece) {
  Slot* slot = nullptr;
  if (piece.index) {
    slot = newest_with_index(*piece.index);
    if (slot != nullptr) {
      const bool other_id = !piece.id.empty() && !slot->id.empty() && piece.id != slot->id;
      const bool other_name = !piece.name.empty() && !slot->name.empty() && piece.name != slot->name;
      if (other_id || other_name) slot = nullptr;
    }
  } else if (!piece.id.empty()) {
    slot = with_id(piece.id);
  } else if (piece.name.empty() && !slots_.empty()) {
    slot = &slots_.back();
  }
  if (slot == nullptr) return make(piece);
  if (slot->id.empty()) slot->id = piece.id;
  if (slot->name.empty()) slot->name = piece.name;
  return *slot;
}

ToolSlots::Slot* ToolSlots::newest_with_index(std::int64_t index) {
  const auto found =
      std::find_if(slots_.rbegin(), slots_.rend(), [&](const Slot& slot) { return slot.index == index; });
  return found == slots_.rend() ? nullptr : &*found;
}

ToolSlots::Slot* ToolSlots::with_id(std::string_view id) {
  const auto found = std::find_if(slots_.rbegin(), slots_.rend(), [&](const Slot& slot) { return slot.id == id; });
  return found == slots_.rend() ? nullptr : &*found;
}

ToolSlots::Slot& ToolSlots::make(const Piece& piece) {
  Slot& slot = slots_.emplace_back();
  slot.index = piece.index;
  slot.id = piece.id;
  slot.name = piece.name;
  slot.kind = piece.kind;
  return slot;
}

void ToolSlots::open(Slot& slot, BlockSink& sink, IdSource& ids) {
  if (slot.block >= 0) return;
  ir::BlockOpen block;
  block.kind = ir::BlockKind::tool_call;
  block.id = slot.id;
  // Results are paired with calls by id, so two calls of one answer cannot share one.
  const bool used = std::ranges::find(sent_ids_, block.id) != sent_ids_.end();
  if (block.id.empty() || used) block.id = ids.make("call_", 24);
  sent_ids_.push_back(block.id);
  block.name = slot.name;
  block.tool_kind = slot.kind;
  slot.block = sink.open(std::move(block));
}

void ToolSlots::send(Slot& slot, BlockSink& sink) {
  if (slot.waiting.empty()) return;
  sink.delta(slot.block, ir::DeltaKind::args, slot.joiner.feed(std::exchange(slot.waiting, {})));
}

void ToolSlots::close(BlockSink& sink) {
  for (Slot& slot : slots_) {
    if (slot.block < 0) continue;
    send(slot, sink);
    sink.delta(slot.block, ir::DeltaKind::args, slot.joiner.flush());
    sink.close(slot.block);
  }
}

bool ToolSlots::empty() const {
  return std::ranges::all_of(slots_, [](const Slot& slot) { return slot.name.empty(); }) && !nameless();
}

bool ToolSlots::nameless() const {
  return std::ranges::any_of(
      slots_, [](const Slot& slot) { return slot.name.empty() && !(slot.id.empty() && slot.waiting.empty()); });
}

}  // namespace llmgw::dialect::chat
