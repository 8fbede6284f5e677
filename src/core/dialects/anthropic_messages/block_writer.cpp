#include "core/dialects/anthropic_messages/block_writer.h"

#include <utility>

#include "core/dialects/anthropic_messages/content.h"
#include "core/dialects/anthropic_messages/event_writer.h"
#include "core/dialects/anthropic_messages/format.h"
#include "core/dialects/opaque.h"
#include "core/json/edits.h"
#include "core/json/view.h"
#include "core/json/writer.h"

namespace llmgw::dialect::messages {
namespace block_writer {

constexpr std::string_view empty_text = R"({"type":"text","text":""})";
constexpr std::string_view empty_thinking = R"({"type":"thinking","thinking":"","signature":""})";

}  // namespace block_writer

void BlockWriter::begin(std::string_view block, std::string& out) {
  index_ = next_index_++;
  written_ = true;
  append_block_start(out, index_, block);
}

void BlockWriter::open(const ir::BlockOpen& open, std::string& out) {
  source_ = open.index;
  kind_ = open.kind;
  open_ = true;
  written_ = false;
  if (kind_ == ir::BlockKind::reasoning) {
    reasoning_ = {};
    reasoning_.origin = open.origin;
  } else if (kind_ == ir::BlockKind::tool_call) {
    open_call(open, out);
  } else if (kind_ == ir::BlockKind::opaque && open.origin == family) {
    open_opaque(open, out);
  }
}

void BlockWriter::open_call(const ir::BlockOpen& open, std::string& out) {
  args_ = {};
  tool_use_ = true;
  // Results are matched by id, so two calls of one answer must not share one.
  auto id = open.id;
  if (id.empty() || call_ids_.contains(id)) id = client_.ids->make("toolu_", 24);
  std::string block;
  json::Writer writer(block);
  writer.begin_object();
  writer.member("type", "tool_use");
  writer.member("id", id);
  writer.member("name", open.name);
  writer.member_raw("input", "{}");
  writer.end_object();
  call_ids_.insert(std::move(id));
  begin(block, out);
}

void BlockWriter::open_opaque(const ir::BlockOpen& open, std::string& out) {
  if (open.json.empty()) return;
  if (!open.name.ends_with("_tool_use")) return begin(open.json, out);
  // The input of a call, also of one that the server runs, travels in deltas.
  const auto view = json::trusted(open.json);
  const std::string input(view["input"].raw());
  json::Edits edits;
  edits.set(view, "input", "{}");
  begin(edits.apply(open.json), out);
  if (!input.empty() && input != "{}") append_block_delta(out, index_, input_json_delta, input);
}

void BlockWriter::write_text(std::string_view prefix, std::string_view start, const ir::Delta& delta,
                             std::string& out) {
  if (delta.text.empty()) return;
  if (!written_) begin(start, out);
  append_block_delta(out, index_, prefix, delta.text);
}

void BlockWriter::write_reasoning(const ir::Delta& delta, std::string& out) {
  if (delta.kind == ir::DeltaKind::signature)
    reasoning_.signature += delta.text;
  else if (delta.kind == ir::DeltaKind::encrypted)
    reasoning_.encrypted += delta.text;
  else if (delta.kind == ir::DeltaKind::opaque_id)
    reasoning_.id = delta.text;
  else if (delta.kind == ir::DeltaKind::reasoning && client_.show_reasoning)
    write_text(thinking_delta, block_writer::empty_thinking, delta, out);
}

void BlockWriter::write(const ir::Delta& delta, std::string& out) {
  switch (kind_) {
    case ir::BlockKind::text:
    case ir::BlockKind::refusal:
      if (delta.kind == ir::DeltaKind::citation) {
        if (written_ && is_citation(delta.text)) append_citation(out, index_, delta.text);
        return;
      }
      refusal_ = refusal_ || kind_ == ir::BlockKind::refusal;
      return write_text(text_delta, block_writer::empty_text, delta, out);
    case ir::BlockKind::reasoning: return write_reasoning(delta, out);
    case ir::BlockKind::tool_call:
      if (delta.kind != ir::DeltaKind::args || delta.text.empty()) return;
      args_.feed(delta.text);
      return append_block_delta(out, index_, input_json_delta, delta.text);
    case ir::BlockKind::image:
    case ir::BlockKind::audio:
    case ir::BlockKind::opaque: return;
  }
}

void BlockWriter::close_reasoning(std::string& out) {
  const bool opaque = !reasoning_.signature.empty() || !reasoning_.encrypted.empty();
  if (!written_ && !opaque) return;
  if (!written_ && reasoning_.signature.empty() && reasoning_.origin == family) {
    std::string block;
    json::Writer writer(block);
    writer.begin_object();
    writer.member("type", "redacted_thinking");
    writer.member("data", reasoning_.encrypted);
    writer.end_object();
    return begin(block, out);
  }
  if (!written_) begin(block_writer::empty_thinking, out);
  append_block_delta(out, index_, signature_delta, signature_of(reasoning_));
}

void BlockWriter::close(std::string& out) {
  if (!open_) return;
  open_ = false;
  if (kind_ == ir::BlockKind::reasoning) close_reasoning(out);
  if (written_) append_block_stop(out, index_);
}

Ending BlockWriter::ending(const ir::Finish& finish) const {
  return {finish.reason, finish.stop_sequence, tool_use_, refusal_};
}

}  // namespace llmgw::dialect::messages
