#include "core/dialects/openai_chat/reasoning_parts.h"

#include <utility>

#include "core/dialects/openai_chat/words.h"

namespace llmgw::dialect::chat {
namespace reasoning_read {

std::string text_of(json::View value) { return value.string().value_or(std::string{}); }

ReasoningPart read_detail(json::View entry) {
  ReasoningPart part;
  part.origin = "openai";
  for (const auto& [key, value] : entry.members()) {
    if (key == "text")
      part.text = text_of(value);
    else if (key == "summary" && value.is_string()) {
      part.text = text_of(value);
      part.summary = true;
    } else if (key == "signature")
      part.signature = text_of(value);
    else if (key == "data")
      part.encrypted = text_of(value);
    else if (key == "id")
      part.id = text_of(value);
    else if (key == "format" && value.is_string())
      part.origin = std::string(origin_of_format(text_of(value)));
    else if (key == "index")
      part.index = value.integer();
  }
  return part;
}

}  // namespace reasoning_read

std::vector<ReasoningPart> read_reasoning(const ReasoningMembers& members, bool& text_seen) {
  std::vector<ReasoningPart> parts;
  std::string joined;
  for (const json::View entry : members.details.elements()) {
    parts.push_back(reasoning_read::read_detail(entry));
    joined += parts.back().text;
  }
  std::string plain = reasoning_read::text_of(members.reasoning);
  if (plain.empty()) plain = reasoning_read::text_of(members.reasoning_content);
  if (plain.empty() && !text_seen) return parts;
  if (!plain.empty()) text_seen = true;
  if (!plain.empty() && plain == joined) return parts;
  for (ReasoningPart& part : parts) part.text.clear();
  if (plain.empty()) return parts;
  ReasoningPart whole;
  whole.text = std::move(plain);
  whole.origin = parts.empty() ? std::string("openai") : parts.front().origin;
  if (!parts.empty()) whole.index = parts.front().index;
  parts.insert(parts.begin(), std::move(whole));
  return parts;
}

}  // namespace llmgw::dialect::chat
