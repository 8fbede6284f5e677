#include "core/dialects/anthropic_messages/format.h"
#include "core/json/path.h"

namespace llmgw::dialect::messages {

Result<ir::Facts> facts(json::View body) {
  const json::Path root;
  if (!body.is_object()) return fail(Errc::invalid_request, "the body must be a JSON object");
  ir::Facts out;
  for (const auto& [key, value] : body.members()) {
    if (value.absent()) continue;
    if (key == "model") {
      TRY(out.model, json::read_string(value, root / key));
    } else if (key == "stream") {
      TRY(out.stream, json::read_boolean(value, root / key));
    } else if (key == "max_tokens") {
      TRY(out.max_output, json::read_integer(value, root / key));
    } else if (key == "tools") {
      out.has_tools = value.is_array() && !value.empty_value();
    }
  }
  return out;
}

}  // namespace llmgw::dialect::messages
