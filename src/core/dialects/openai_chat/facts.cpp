#include <algorithm>
#include <optional>

#include "core/dialects/openai_chat/parts.h"
#include "core/json/edits.h"
#include "core/json/path.h"
#include "core/json/writer.h"

namespace llmgw::dialect::chat {
namespace fact_reading {

Result<> read_stream_options(json::View value, const json::Path& path, ir::Facts& facts) {
  TRY(const auto options, json::read_object(value, path));
  const auto include = options["include_usage"];
  if (include.absent()) return {};
  TRY(facts.include_usage, json::read_boolean(include, path / "include_usage"));
  return {};
}

Result<> read_limit(json::View value, const json::Path& path, ir::Facts& facts) {
  TRY(const auto limit, json::read_integer(value, path));
  facts.max_output = facts.max_output ? std::min(*facts.max_output, limit) : limit;
  return {};
}

Result<> read_member(std::string_view key, json::View value, ir::Facts& facts) {
  const json::Path root;
  const auto path = root / key;
  if (key == "model") {
    TRY(facts.model, json::read_string(value, path));
  } else if (key == "stream") {
    TRY(facts.stream, json::read_boolean(value, path));
  } else if (key == "max_tokens" || key == "max_completion_tokens") {
    TRY_VOID(read_limit(value, path, facts));
  } else if (key == "stream_options") {
    TRY_VOID(read_stream_options(value, path, facts));
  } else if (key == "tools" || key == "functions") {
    facts.has_tools = facts.has_tools || (value.is_array() && !value.empty_value());
  }
  return {};
}

// vLLM takes the switch from the chat template's arguments, whose name depends on the model (`thinking` DeepSeek,
// `enable_thinking` Qwen and GLM; templates ignore what they do not know), and a `reasoning_effort` left beside it
// would switch thinking on again.
void switch_reasoning_off(json::View body, bool in_template, json::Edits& edits) {
  for (const std::string_view key :
       {"reasoning_effort", "reasoning", "thinking", "enable_thinking", "thinking_budget", "thinking_token_budget"}) {
    if (body[key]) edits.erase(body, key);
  }
  if (!in_template) return;  // other servers may refuse a member they do not know
  const auto arguments = body["chat_template_kwargs"];
  if (!arguments.is_object()) {
    return edits.set(body, "chat_template_kwargs", R"({"thinking":false,"enable_thinking":false})");
  }
  if (arguments["reasoning_effort"]) edits.erase(arguments, "reasoning_effort");
  edits.set(arguments, "thinking", "false");
  edits.set(arguments, "enable_thinking", "false");
}

// Added only where the client left it open: an explicit `false` is its choice.
void ask_for_usage(json::View body, json::Edits& edits) {
  const auto options = body["stream_options"];
  if (options.absent()) return edits.set(body, "stream_options", R"({"include_usage":true})");
  if (options.is_object() && options["include_usage"].absent()) edits.set(options, "include_usage", "true");
}

}  // namespace fact_reading

Result<ir::Facts> facts(json::View body) {
  TRY(const auto object, json::read_object(body, json::Path{}));
  ir::Facts facts;
  for (const auto& [key, value] : object.members()) {
    if (!value.absent()) TRY_VOID(fact_reading::read_member(key, value, facts));
  }
  if (facts.model.empty())
    return fail(Errc::invalid_request, "model is required", "model", "missing_required_parameter");
  return facts;
}

std::string patch(json::View body, const ir::Changes& changes) {
  json::Edits edits;
  if (changes.model) edits.set(body, "model", json::quoted(*changes.model));
  if (changes.max_output) {
    for (const std::string_view key : {"max_tokens", "max_completion_tokens"}) {
      if (!body[key].absent()) edits.set(body, key, std::to_string(*changes.max_output));
    }
  }
  if (changes.reasoning_off) fact_reading::switch_reasoning_off(body, changes.template_switch, edits);
  if (changes.ask_usage && body["stream"].boolean().value_or(false)) fact_reading::ask_for_usage(body, edits);
  return edits.apply(body.raw());
}

}  // namespace llmgw::dialect::chat
