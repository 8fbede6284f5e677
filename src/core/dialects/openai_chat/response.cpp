#include <variant>

#include "core/base/overloaded.h"
#include "core/dialects/openai_chat/answer_reader.h"
#include "core/dialects/openai_chat/answer_words.h"
#include "core/dialects/openai_chat/parts.h"
#include "core/dialects/openai_chat/usage.h"
#include "core/json/edits.h"
#include "core/json/writer.h"

namespace llmgw::dialect::chat {
namespace response_writing {

// The blocks of a choice sorted into the fields of a message.
struct Fields {
  std::string content;
  std::string refusal;
  std::string reasoning;
  std::string details;
  std::string images;
  std::string annotations;
  std::vector<const ir::ToolCall*> calls;
  bool has_text = false;
  int reasonings = 0;
};

void join(std::string& list, std::string_view entry) {
  if (entry.empty()) return;
  if (!list.empty()) list += ',';
  list += entry;
}

void sort_in(const ir::Block& block, Fields& fields) {
  std::visit(overloaded{
                 [&](const ir::Text& text) {
                   fields.content += text.text;
                   fields.has_text = true;
                   if (text.citations.empty()) return;
                   for (const json::View entry : json::trusted(text.citations).elements())
                     join(fields.annotations, annotation(entry.raw()));
                 },
                 [&](const ir::Refusal& refusal) { fields.refusal += refusal.text; },
                 [&](const ir::Reasoning& reasoning) {
                   fields.reasoning += reasoning.text;
                   const std::string details = reasoning_details(reasoning, fields.reasonings);
                   if (details.empty()) return;
                   join(fields.details, details);
                   ++fields.reasonings;
                 },
                 [&](const ir::ToolCall& call) {
                   if (call.kind != ir::ToolKind::server) fields.calls.push_back(&call);
                 },
                 [&](const ir::Opaque& opaque) {
                   const auto view = json::trusted(opaque.json);
                   if (view["type"].equals("image_url")) join(fields.images, opaque.json);
                 },
                 [](const auto&) {},
             },
             block.value);
}

void write_call(json::Writer& writer, const ir::ToolCall& call) {
  const bool custom = call.kind == ir::ToolKind::custom;
  writer.begin_object();
  writer.member("id", call.id);
  writer.member("type", custom ? "custom" : "function");
  writer.key(custom ? "custom" : "function");
  writer.begin_object();
  writer.member("name", call.name);
  writer.member(custom ? "input" : "arguments", call.args);
  writer.end_object();
  writer.end_object();
}

void write_message(json::Writer& writer, const Fields& fields, bool show_reasoning) {
  writer.begin_object();
  writer.member("role", "assistant");
  if (fields.has_text || (fields.calls.empty() && fields.refusal.empty()))
    writer.member("content", fields.content);
  else
    writer.member_null("content");
  if (fields.refusal.empty())
    writer.member_null("refusal");
  else
    writer.member("refusal", fields.refusal);
  if (show_reasoning && !fields.reasoning.empty()) {
    writer.member("reasoning_content", fields.reasoning);
    writer.member("reasoning", fields.reasoning);
  }
  if (show_reasoning && !fields.details.empty()) writer.member_raw("reasoning_details", "[" + fields.details + "]");
  if (!fields.images.empty()) writer.member_raw("images", "[" + fields.images + "]");
  if (!fields.annotations.empty()) writer.member_raw("annotations", "[" + fields.annotations + "]");
  if (!fields.calls.empty()) {
    writer.key("tool_calls");
    writer.begin_array();
    for (const auto* call : fields.calls) write_call(writer, *call);
    writer.end_array();
  }
  writer.end_object();
}

void write_choice(json::Writer& writer, const ir::Choice& choice, std::int64_t index, bool show_reasoning) {
  Fields fields;
  for (const auto& block : choice.blocks) sort_in(block, fields);
  writer.begin_object();
  writer.member("index", index);
  writer.key("message");
  write_message(writer, fields, show_reasoning);
  if (choice.logprobs.empty())
    writer.member_null("logprobs");
  else
    writer.member_raw("logprobs", choice.logprobs);
  writer.member("finish_reason", last_word(choice.finish, !fields.calls.empty()));
  writer.end_object();
}

}  // namespace response_writing

void decode_response(json::View body, IdSource& ids, ir::Events& events) {
  AnswerReader reader(ids);
  reader.read(body, events);
  if (reader.ended()) return;
  if (reader.has_choices()) return reader.finish(events);
  reader.fail(no_choices(), events);
}

std::string encode_response(const ir::Answer& answer, const ClientContext& client) {
  std::string out;
  out.reserve(json::usual_size);
  json::Writer writer(out);
  writer.begin_object();
  writer.member("id", answer_id(answer.id, client));
  writer.member("object", "chat.completion");
  writer.member("created", answer.created != 0 ? answer.created : client.created);
  writer.member("model", client.model.empty() ? answer.model : client.model);
  writer.key("choices");
  writer.begin_array();
  std::int64_t index = 0;
  for (const auto& choice : answer.choices) {
    response_writing::write_choice(writer, choice, index++, client.show_reasoning);
  }
  if (answer.choices.empty()) response_writing::write_choice(writer, ir::Choice{}, 0, false);
  writer.end_array();
  if (answer.usage) {
    writer.key("usage");
    write_usage(writer, *answer.usage);
  }
  writer.end_object();
  return out;
}

std::string restamp_response(json::View body, std::string_view model) {
  json::Edits edits;
  if (const auto named = body["model"]; named.is_string()) edits.replace(named, json::quoted(model));
  return edits.apply(body.raw());
}

}  // namespace llmgw::dialect::chat
