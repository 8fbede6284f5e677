#include "core/dialects/openai_chat/choice_reader.h"

#include <utility>

#include "core/dialects/openai_chat/words.h"

namespace llmgw::dialect::chat {

struct ChoiceReader::Members {
  json::View content;
  json::View refusal;
  ReasoningMembers reasoning;
  json::View tool_calls;
  json::View function_call;
  json::View images;
  json::View annotations;
  json::View audio;
};

namespace choice_read {

using ir::BlockKind;
using ir::DeltaKind;

// Some servers switch between reasoning and content with every token; without a bound a Messages client would see
// hundreds of one-word blocks (farion1231/cc-switch#5692).
constexpr int max_turns = 4;

DeltaKind delta_kind(BlockKind kind) {
  if (kind == BlockKind::reasoning) return DeltaKind::reasoning;
  return kind == BlockKind::refusal ? DeltaKind::refusal : DeltaKind::text;
}

std::string text_of(json::View value) { return value.string().value_or(std::string{}); }

// Mistral's thinking part holds a text or a list of text parts.
std::string thinking_text(json::View thinking) {
  if (thinking.is_string()) return text_of(thinking);
  std::string joined;
  for (const json::View part : thinking.elements()) joined += text_of(part["text"]);
  return joined;
}

}  // namespace choice_read

void ChoiceReader::read(json::View choice, ir::Events& out) {
  sink_.direct(out);
  json::View delta;
  json::View message;
  json::View logprobs;
  for (const auto& [key, value] : choice.members()) {
    if (key == "delta")
      delta = value;
    else if (key == "message")
      message = value;
    else if (key == "finish_reason" && value.is_string()) {
      if (auto word = choice_read::text_of(value); !word.empty()) raw_finish_ = std::move(word);
    } else if (key == "stop_reason" && value.is_string())
      stop_sequence_ = choice_read::text_of(value);  // vLLM
    else if (key == "logprobs")
      logprobs = value;
  }
  read_delta(delta.is_object() ? delta : message);  // Perplexity repeats the message so far beside the delta
  if (logprobs.is_object()) sink_.add(ir::Logprobs{sink_.choice(), std::string(logprobs.raw())});
}

void ChoiceReader::read_delta(json::View delta) {
  Members members;
  for (const auto& [key, value] : delta.members()) {
    if (value.absent()) continue;
    if (key == "content")
      members.content = value;
    else if (key == "tool_calls")
      members.tool_calls = value;
    else if (key == "reasoning")
      members.reasoning.reasoning = value;
    else if (key == "reasoning_content")
      members.reasoning.reasoning_content = value;
    else if (key == "reasoning_details")
      members.reasoning.details = value;
    else if (key == "refusal")
      members.refusal = value;
    else if (key == "function_call")
      members.function_call = value;
    else if (key == "images")
      members.images = value;
    else if (key == "annotations")
      members.annotations = value;
    else if (key == "audio")
      members.audio = value;
  }
  for (auto& part : read_reasoning(members.reasoning, reasoning_text_seen_)) add_reasoning(std::move(part));
  read_content(members.content);
  if (members.refusal) add(ir::BlockKind::refusal, choice_read::text_of(members.refusal));
  if (members.audio && !members.content) add(ir::BlockKind::text, choice_read::text_of(members.audio["transcript"]));
  for (const json::View image : members.images.elements()) add_whole(ir::BlockKind::image, image);
  if (members.annotations) add_citations(members.annotations);
  read_tool_calls(members);
}

void ChoiceReader::read_content(json::View content) {
  if (content.is_string()) return add(ir::BlockKind::text, choice_read::text_of(content));
  for (const json::View part : content.elements()) read_content_part(part);
}

void ChoiceReader::read_content_part(json::View part) {
  const json::View type = part["type"];
  if (type.equals("text") || (type.absent() && part["text"].is_string())) {
    return add(ir::BlockKind::text, choice_read::text_of(part["text"]));
  }
  if (type.equals("refusal")) return add(ir::BlockKind::refusal, choice_read::text_of(part["refusal"]));
  if (type.equals("thinking")) {
    ReasoningPart thinking;
    thinking.text = choice_read::thinking_text(part["thinking"]);
    thinking.origin = "openai";
    return add_reasoning(std::move(thinking));
  }
  add_whole(ir::BlockKind::opaque, part);
}

void ChoiceReader::read_tool_calls(const Members& members) {
  for (const json::View call : members.tool_calls.elements()) add_tool(tools_.take(call));
  if (members.function_call.is_object()) add_tool(tools_.take_legacy(members.function_call));
}

void ChoiceReader::add_tool(ToolSlots::Slot& slot) {
  if (slot.block < 0) {
    if (slot.name.empty()) return;  // the block cannot open without it
    end_text();
    tools_.open(slot, sink_, ids_);
  }
  ToolSlots::send(slot, sink_);
}

void ChoiceReader::add(ir::BlockKind kind, std::string text, std::string_view origin) {
  if (text.empty()) return;
  switch_to(kind, origin);
  sink_.delta(block_, choice_read::delta_kind(kind), joiner_.feed(std::move(text)));
}

bool ChoiceReader::must_hold() const {
  return block_ >= 0 && kind_ != ir::BlockKind::reasoning && turns_ >= choice_read::max_turns;
}

void ChoiceReader::add_reasoning(ReasoningPart part) {
  if (must_hold()) {
    held_.text += part.text;
    if (!part.signature.empty()) held_.signature = std::move(part.signature);
    if (!part.encrypted.empty()) held_.encrypted = std::move(part.encrypted);
    if (!part.id.empty()) held_.id = std::move(part.id);
    held_.origin = std::move(part.origin);
    return;
  }
  // Another index, or text after a signature, is another block: a signature holds for its exact text.
  const bool other = part.index && part_ && *part.index != *part_;
  if (open_is(ir::BlockKind::reasoning) && !part.text.empty() && (other || has_opaque_)) close_block();
  add(ir::BlockKind::reasoning, std::move(part.text), part.origin);
  if (part.index && open_is(ir::BlockKind::reasoning)) part_ = part.index;
  add_opaque_part(part);
}

void ChoiceReader::add_opaque_part(ReasoningPart& part) {
  if (part.signature.empty() && part.encrypted.empty()) return;
  const bool foreign = open_is(ir::BlockKind::reasoning) && (origin_ != part.origin || has_opaque_);
  if (foreign) close_block();
  switch_to(ir::BlockKind::reasoning, part.origin);
  sink_.delta(block_, ir::DeltaKind::opaque_id, std::move(part.id));
  sink_.delta(block_, ir::DeltaKind::signature, std::move(part.signature));
  sink_.delta(block_, ir::DeltaKind::encrypted, std::move(part.encrypted));
  has_opaque_ = true;
}

void ChoiceReader::add_whole(ir::BlockKind kind, json::View value) {
  close_block();
  ir::BlockOpen block;
  block.kind = kind;
  block.origin = "openai";
  block.json = std::string(value.raw());
  sink_.close(sink_.open(std::move(block)));
}

void ChoiceReader::add_citations(json::View annotations) {
  for (const json::View entry : annotations.elements()) {
    switch_to(ir::BlockKind::text, {});
    sink_.delta(block_, ir::DeltaKind::citation, std::string(entry.raw()));
  }
}

void ChoiceReader::switch_to(ir::BlockKind kind, std::string_view origin) {
  if (open_is(kind)) return;
  if (block_ >= 0) ++turns_;
  close_block();
  ir::BlockOpen block;
  block.kind = kind;
  block.origin = std::string(origin);
  origin_ = block.origin;
  kind_ = kind;
  block_ = sink_.open(std::move(block));
}

void ChoiceReader::close_block() {
  if (block_ < 0) return;
  sink_.delta(block_, choice_read::delta_kind(kind_), joiner_.flush());
  sink_.close(block_);
  block_ = -1;
  part_.reset();
  has_opaque_ = false;
}

void ChoiceReader::end_text() {
  close_block();
  turns_ = 0;
  auto held = std::exchange(held_, {});
  if (held.text.empty() && held.signature.empty() && held.encrypted.empty()) return;
  add_reasoning(std::move(held));
  close_block();
}

void ChoiceReader::close(ir::Events& out) {
  sink_.direct(out);
  end_text();
  tools_.close(sink_);
  if (raw_finish_.empty()) return;
  ir::Finish finish;
  finish.choice = sink_.choice();
  finish.reason = read_finish(raw_finish_, !tools_.empty());
  finish.raw = raw_finish_;
  finish.stop_sequence = stop_sequence_;
  sink_.add(std::move(finish));
}

}  // namespace llmgw::dialect::chat
