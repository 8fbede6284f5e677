#include "core/dialects/anthropic_messages/content.h"

#include <set>
#include <utility>

#include "core/base/overloaded.h"
#include "core/dialects/anthropic_messages/format.h"
#include "core/dialects/opaque.h"
#include "core/dialects/tools.h"
#include "core/json/view.h"

namespace llmgw::dialect::messages {
namespace content {

class AnswerWriter {
 public:
  AnswerWriter(json::Writer& writer, const ClientContext& client) : writer_(writer), client_(client) {}
  void write(const ir::Block& block);
  [[nodiscard]] Ending ending() const { return ending_; }

 private:
  void text(std::string_view text, std::string_view citations);
  void reasoning(const ir::Reasoning& reasoning);
  void call(const ir::ToolCall& call);

  json::Writer& writer_;
  const ClientContext& client_;
  std::set<std::string, std::less<>> call_ids_;
  Ending ending_;
};

void AnswerWriter::write(const ir::Block& block) {
  std::visit(overloaded{
                 [&](const ir::Text& value) { text(value.text, value.citations); },
                 [&](const ir::Refusal& refusal) {
                   ending_.refusal = ending_.refusal || !refusal.text.empty();
                   text(refusal.text, {});
                 },
                 [&](const ir::Reasoning& value) { reasoning(value); },
                 [&](const ir::ToolCall& value) { call(value); },
                 [&](const ir::Opaque& opaque) {
                   if (opaque.origin == family && !opaque.json.empty()) writer_.raw(opaque.json);
                 },
                 [](const auto&) {},
             },
             block.value);
}

void AnswerWriter::text(std::string_view text, std::string_view citations) {
  if (text.empty()) return;
  writer_.begin_object();
  writer_.member("type", "text");
  writer_.member("text", text);
  if (const auto list = json::parse(citations); list && is_citation((*list->elements().begin()).raw()))
    writer_.member_raw("citations", citations);
  writer_.end_object();
}

void AnswerWriter::reasoning(const ir::Reasoning& reasoning) {
  const bool opaque = !reasoning.signature.empty() || !reasoning.encrypted.empty();
  const bool shown = client_.show_reasoning && !reasoning.text.empty();
  if (!opaque && !shown) return;
  const bool redacted = !shown && reasoning.signature.empty() && reasoning.origin == family;
  writer_.begin_object();
  writer_.member("type", redacted ? "redacted_thinking" : "thinking");
  if (redacted) {
    writer_.member("data", reasoning.encrypted);
  } else {
    writer_.member("thinking", shown ? std::string_view(reasoning.text) : std::string_view());
    writer_.member("signature", signature_of(reasoning));
  }
  writer_.end_object();
}

void AnswerWriter::call(const ir::ToolCall& call) {
  ending_.tool_use = true;
  auto id = call.id;
  if (id.empty() || call_ids_.contains(id)) id = client_.ids->make("toolu_", 24);
  writer_.begin_object();
  writer_.member("type", "tool_use");
  writer_.member("id", id);
  writer_.member("name", call.name);
  writer_.member_raw("input", arguments_object(call.args).json);
  writer_.end_object();
  call_ids_.insert(std::move(id));
}

}  // namespace content

bool is_citation(std::string_view json) {
  const auto parsed = json::parse(json);
  if (!parsed) return false;
  // char_location, page_location, content_block_location, web_search_result_location, search_result_location
  const auto type = (*parsed)["type"].string();
  return type && type->ends_with("_location");
}

std::string signature_of(const ir::Reasoning& reasoning) {
  const bool encrypted_only = reasoning.signature.empty() && !reasoning.encrypted.empty();
  return encrypted_only ? encrypted_for(reasoning, family) : signature_for(reasoning, family);
}

Ending write_answer(json::Writer& writer, const std::vector<ir::Block>& blocks, const ClientContext& client) {
  content::AnswerWriter answer(writer, client);
  for (const auto& block : blocks) answer.write(block);
  return answer.ending();
}

}  // namespace llmgw::dialect::messages
