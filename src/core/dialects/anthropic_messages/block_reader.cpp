#include "core/dialects/anthropic_messages/block_reader.h"

#include <algorithm>
#include <utility>

#include "core/dialects/anthropic_messages/format.h"
#include "core/dialects/tools.h"
#include "core/json/edits.h"

namespace llmgw::dialect::messages {
namespace block_reader {

ir::BlockOpen reasoning_block() {
  ir::BlockOpen open;
  open.kind = ir::BlockKind::reasoning;
  open.origin = family;
  return open;
}

ir::DeltaKind text_kind(ir::BlockKind kind) {
  if (kind == ir::BlockKind::reasoning) return ir::DeltaKind::reasoning;
  return kind == ir::BlockKind::tool_call ? ir::DeltaKind::args : ir::DeltaKind::text;
}

}  // namespace block_reader

BlockReader::Slot* BlockReader::find(std::int64_t upstream) {
  const auto found = std::ranges::find(open_.rbegin(), open_.rend(), upstream, &Slot::upstream);
  return found == open_.rend() ? nullptr : &*found;
}

BlockReader::Slot& BlockReader::begin(std::int64_t upstream, ir::BlockOpen open, ir::Events& events) {
  auto& slot = open_.emplace_back();
  slot.upstream = upstream;
  slot.index = next_index_++;
  slot.kind = open.kind;
  open.index = slot.index;
  events.emplace_back(std::move(open));
  return slot;
}

void BlockReader::open(std::int64_t upstream, json::View block, ir::Events& events) {
  close(upstream, events);  // an index used again: its former block is over
  auto type = block["type"].string().value_or("");
  if (type == "text") {
    auto& slot = begin(upstream, {}, events);
    push(slot, ir::DeltaKind::text, block["text"], events);
    for (const auto& citation : block["citations"].elements())
      events.emplace_back(ir::Delta{0, slot.index, ir::DeltaKind::citation, std::string(citation.raw())});
  } else if (type == "thinking") {
    auto& slot = begin(upstream, block_reader::reasoning_block(), events);
    push(slot, ir::DeltaKind::reasoning, block["thinking"], events);
    push(slot, ir::DeltaKind::signature, block["signature"], events);
  } else if (type == "redacted_thinking") {
    auto& slot = begin(upstream, block_reader::reasoning_block(), events);
    push(slot, ir::DeltaKind::encrypted, block["data"], events);
  } else if (type == "tool_use") {
    open_tool_call(upstream, block, events);
  } else if (!type.empty()) {
    open_opaque(upstream, std::move(type), block, events);
  }
}

void BlockReader::open_tool_call(std::int64_t upstream, json::View block, ir::Events& events) {
  has_tool_calls_ = true;
  ir::BlockOpen open;
  open.kind = ir::BlockKind::tool_call;
  open.id = block["id"].string().value_or("");
  if (open.id.empty()) open.id = ids_.make("toolu_", 24);
  open.name = block["name"].string().value_or("");
  auto& slot = begin(upstream, std::move(open), events);
  const auto input = block["input"];
  if (input.is_object() && !input.empty_value()) slot.input = compact_json(input.raw());
}

void BlockReader::open_opaque(std::int64_t upstream, std::string type, json::View block, ir::Events& events) {
  // A call that the server itself runs gets its input in deltas: it is told whole at its end.
  if (type.ends_with("_tool_use")) {
    auto& slot = open_.emplace_back();
    slot.upstream = upstream;
    slot.kind = ir::BlockKind::opaque;
    slot.whole = block.raw();
    return;
  }
  ir::BlockOpen open;
  open.kind = ir::BlockKind::opaque;
  open.origin = family;
  open.name = std::move(type);
  open.json = block.raw();
  begin(upstream, std::move(open), events);
}

void BlockReader::push(Slot& slot, ir::DeltaKind kind, json::View text, ir::Events& events) {
  auto piece = text.string();
  if (!piece || piece->empty()) return;
  if (kind != ir::DeltaKind::signature && kind != ir::DeltaKind::encrypted) {
    *piece = slot.joiner.feed(std::move(*piece));
    if (piece->empty()) return;
  }
  events.emplace_back(ir::Delta{0, slot.index, kind, std::move(*piece)});
}

void BlockReader::delta(std::int64_t upstream, json::View delta, ir::Events& events) {
  json::View type;
  json::View value;
  for (const auto& [key, member] : delta.members()) {
    if (key == "type")
      type = member;
    else if (key == "text" || key == "thinking" || key == "partial_json" || key == "signature" || key == "citation")
      value = member;
  }
  auto* slot = find(upstream);
  const auto word = type.plain_string().value_or("");
  if (slot == nullptr) {
    // Some proxies leave the start of a text block out.
    if (word == "text_delta")
      slot = &begin(upstream, {}, events);
    else if (word == "thinking_delta")
      slot = &begin(upstream, block_reader::reasoning_block(), events);
    else
      return;
  }
  if (word == "text_delta" && slot->kind == ir::BlockKind::text) {
    push(*slot, ir::DeltaKind::text, value, events);
  } else if (word == "thinking_delta" && slot->kind == ir::BlockKind::reasoning) {
    push(*slot, ir::DeltaKind::reasoning, value, events);
  } else if (word == "signature_delta" && slot->kind == ir::BlockKind::reasoning) {
    push(*slot, ir::DeltaKind::signature, value, events);
  } else if (word == "input_json_delta" && slot->kind == ir::BlockKind::tool_call) {
    const auto before = events.size();
    push(*slot, ir::DeltaKind::args, value, events);
    slot->has_args = slot->has_args || events.size() > before;
  } else if (word == "input_json_delta" && !slot->whole.empty()) {
    slot->input += value.string().value_or("");
  } else if (word == "citations_delta" && slot->kind == ir::BlockKind::text && value.is_object()) {
    events.emplace_back(ir::Delta{0, slot->index, ir::DeltaKind::citation, std::string(value.raw())});
  }
}

void BlockReader::finish(Slot& slot, ir::Events& events) {
  if (!slot.whole.empty()) {
    ir::BlockOpen open;
    open.index = next_index_++;
    open.kind = ir::BlockKind::opaque;
    open.origin = family;
    const auto view = json::trusted(slot.whole);
    open.name = view["type"].string().value_or("");
    json::Edits edits;
    if (!slot.input.empty() && json::parse(slot.input)) edits.set(view, "input", slot.input);
    open.json = edits.apply(slot.whole);
    slot.index = open.index;
    events.emplace_back(std::move(open));
  } else if (slot.kind == ir::BlockKind::tool_call && !slot.has_args) {
    // A call without any input delta has the input of its start block, `{}` when there is none.
    events.emplace_back(ir::Delta{0, slot.index, ir::DeltaKind::args, slot.input.empty() ? "{}" : slot.input});
  }
  if (auto rest = slot.joiner.flush(); !rest.empty())
    events.emplace_back(ir::Delta{0, slot.index, block_reader::text_kind(slot.kind), std::move(rest)});
  events.emplace_back(ir::BlockClose{0, slot.index});
}

void BlockReader::close(std::int64_t upstream, ir::Events& events) {
  auto* slot = find(upstream);
  if (slot == nullptr) return;
  finish(*slot, events);
  open_.erase(open_.begin() + (slot - open_.data()));
}

void BlockReader::close_all(ir::Events& events) {
  for (auto& slot : open_) finish(slot, events);
  open_.clear();
}

}  // namespace llmgw::dialect::messages
