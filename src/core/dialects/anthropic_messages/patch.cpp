#include <vector>

#include "core/dialects/anthropic_messages/format.h"
#include "core/json/edits.h"
#include "core/json/writer.h"

namespace llmgw::dialect::messages {
namespace patching {

// Thinking that is only left out is switched on by default on some servers, so it is said.
constexpr std::string_view thinking_off = R"({"type":"disabled"})";

bool only_member(json::View object, std::string_view name) {
  for (const auto& [key, value] : object.members()) {
    if (key != name) return false;
  }
  return true;
}

// Anthropic refuses the edit `clear_thinking_*` of a request without thinking.
void drop_thinking_edits(json::View body, json::Edits& edits) {
  const auto management = body["context_management"];
  const auto list = management["edits"];
  std::vector<std::size_t> dropped;
  std::size_t count = 0;
  for (const auto& edit : list.elements()) {
    if (edit["type"].string().value_or("").starts_with("clear_thinking")) dropped.push_back(count);
    ++count;
  }
  if (dropped.empty()) return;
  if (dropped.size() < count) return edits.erase_elements(list, dropped);
  if (only_member(management, "edits")) return edits.erase(body, "context_management");
  edits.erase(management, "edits");
}

void reasoning_off(json::View body, json::Edits& edits) {
  edits.set(body, "thinking", std::string(thinking_off));
  const auto config = body["output_config"];
  if (config["effort"]) {
    if (only_member(config, "effort"))
      edits.erase(body, "output_config");
    else
      edits.erase(config, "effort");
  }
  drop_thinking_edits(body, edits);
}

void drop_billing_line(json::View body, json::View system, json::Edits& edits) {
  const auto text = system.string().value_or("");
  if (!ir::is_billing_header(text)) return;
  const auto line = text.find('\n');
  if (line == std::string::npos) return edits.erase(body, "system");
  const auto rest = text.find_first_not_of('\n', line);
  if (rest == std::string::npos) return edits.erase(body, "system");
  edits.replace(system, json::quoted(std::string_view(text).substr(rest)));
}

void drop_billing_header(json::View body, json::Edits& edits) {
  const auto system = body["system"];
  if (system.is_string()) return drop_billing_line(body, system, edits);
  std::vector<std::size_t> dropped;
  std::size_t count = 0;
  for (const auto& block : system.elements()) {
    if (ir::is_billing_header(block["text"].string().value_or(""))) dropped.push_back(count);
    ++count;
  }
  if (dropped.empty()) return;
  if (dropped.size() == count) return edits.erase(body, "system");
  edits.erase_elements(system, dropped);
}

}  // namespace patching

std::string patch(json::View body, const ir::Changes& changes) {
  json::Edits edits;
  if (changes.model) edits.set(body, "model", json::quoted(*changes.model));
  if (changes.max_output && !body["max_tokens"].absent())
    edits.set(body, "max_tokens", std::to_string(*changes.max_output));
  if (changes.reasoning_off) patching::reasoning_off(body, edits);
  if (changes.drop_billing_header) patching::drop_billing_header(body, edits);
  return edits.empty() ? std::string(body.raw()) : edits.apply(body.raw());
}

std::string restamp_response(json::View body, std::string_view model) {
  json::Edits edits;
  edits.set(body, "model", json::quoted(model));
  return edits.apply(body.raw());
}

}  // namespace llmgw::dialect::messages
