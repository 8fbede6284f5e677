#include "core/dialects/openai_chat/answer_words.h"

#include "core/dialects/openai_chat/words.h"
#include "core/json/view.h"
#include "core/json/writer.h"

namespace llmgw::dialect::chat {

std::string answer_id(std::string_view upstream_id, const ClientContext& client) {
  if (upstream_id.starts_with("chatcmpl-")) return std::string(upstream_id);
  return client.ids->make("chatcmpl-", 29);
}

std::string_view last_word(ir::FinishReason reason, bool has_calls) {
  const bool plain = reason == ir::FinishReason::none || reason == ir::FinishReason::stop;
  if (plain && has_calls) return "tool_calls";
  if (reason == ir::FinishReason::tool_calls && !has_calls) return "stop";
  return finish_word(reason);
}

// The shape of OpenRouter's documentation; `format` names the service whose opaque data it is.
std::string reasoning_details(const ir::Reasoning& reasoning, int index) {
  std::string out;
  const auto begin = [&](json::Writer& writer, std::string_view type) {
    writer.begin_object();
    writer.member("type", type);
  };
  const auto end = [&](json::Writer& writer) {
    writer.member("format", format_of_origin(reasoning.origin));
    if (!reasoning.id.empty()) writer.member("id", reasoning.id);
    writer.member("index", index);
    writer.end_object();
  };
  if (!reasoning.signature.empty()) {
    json::Writer writer(out);
    begin(writer, "reasoning.text");
    writer.member("text", reasoning.text);
    writer.member("signature", reasoning.signature);
    end(writer);
  }
  if (!reasoning.encrypted.empty()) {
    if (!out.empty()) out += ',';
    json::Writer writer(out);
    begin(writer, "reasoning.encrypted");
    writer.member("data", reasoning.encrypted);
    end(writer);
  }
  return out;
}

std::string annotation(std::string_view citation) {
  const auto view = json::trusted(citation);
  const auto url = view["url"];
  if (view["type"].equals("url_citation") || !url.is_string()) return std::string(citation);
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.member("type", "url_citation");
  writer.key("url_citation");
  writer.begin_object();
  writer.member_raw("url", url.raw());
  if (const auto title = view["title"]; title.is_string()) writer.member_raw("title", title.raw());
  writer.end_object();
  writer.end_object();
  return out;
}

}  // namespace llmgw::dialect::chat
