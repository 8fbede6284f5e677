#include <algorithm>
#include <utility>

#include "core/dialects/anthropic_messages/cache_marks.h"
#include "core/dialects/anthropic_messages/encode_content.h"
#include "core/dialects/anthropic_messages/encode_tools.h"
#include "core/dialects/anthropic_messages/format.h"
#include "core/dialects/anthropic_messages/model_rules.h"
#include "core/dialects/anthropic_messages/sampling.h"
#include "core/dialects/anthropic_messages/schemas.h"
#include "core/dialects/anthropic_messages/thinking_plan.h"
#include "core/dialects/anthropic_messages/turns.h"
#include "core/dialects/tools.h"
#include "core/json/writer.h"

namespace llmgw::dialect::messages {
namespace request_writing {

constexpr std::string_view one_object = "Answer with one JSON object only.";

using Kind = ir::ResponseFormat::Kind;

// What is said in the system prompt where the API has no field for the wanted shape.
std::string format_instruction(const ir::Request& request, const ModelRules& rules, ir::Notes& notes) {
  if (!request.format || request.format->kind == Kind::text) return {};
  if (request.format->kind == Kind::json_schema && rules.output_format) return {};
  notes.add("response_format", ir::NoteAction::approximated, "asked for in the system text");
  std::string out(one_object);
  if (request.format->kind == Kind::json_schema) out += " It must match this JSON Schema: " + request.format->schema;
  return out;
}

bool has_system(const ir::Request& request) {
  return std::ranges::any_of(request.instructions, [](const ir::Block& block) {
    const auto* text = std::get_if<ir::Text>(&block.value);
    return text != nullptr && has_words(text->text);
  });
}

void write_output_config(json::Writer& writer, const ir::Request& request, const ThinkingPlan& thinking,
                         const ModelRules& rules) {
  const bool schema = request.format && request.format->kind == Kind::json_schema && rules.output_format;
  if (thinking.effort.empty() && !schema) return;
  writer.key("output_config");
  writer.begin_object();
  if (!thinking.effort.empty()) writer.member("effort", thinking.effort);
  if (schema) {
    writer.key("format");
    writer.begin_object();
    writer.member("type", "json_schema");
    writer.member_raw("schema", structured_schema(request.format->schema));
    writer.end_object();
  }
  writer.end_object();
}

void write_account(json::Writer& writer, const ir::Request& request, ir::Notes& notes) {
  if (!request.user.empty()) {
    writer.key("metadata");
    writer.begin_object();
    writer.member("user_id", request.user);
    writer.end_object();
  }
  if (request.service_tier.empty()) return;
  const bool standard = request.service_tier == "default";
  if (!standard && request.service_tier != "auto") notes.add("service_tier", ir::NoteAction::approximated, "auto");
  writer.member("service_tier", standard ? "standard_only" : "auto");
}

void write_extensions(json::Writer& writer, const ir::Request& request, ir::Notes& notes) {
  for (const auto& path : request.unread) notes.add(path, ir::NoteAction::dropped);
  for (const auto& extension : request.extensions) {
    if (request.origin != family) {
      notes.add(extension.key, ir::NoteAction::dropped, "unknown to the upstream's format");
      continue;
    }
    writer.any_key(extension.key);
    writer.raw(extension.value);
  }
}

std::int64_t max_tokens_of(const ir::Request& request, const Traits& traits, ir::Notes& notes) {
  if (request.max_output) return *request.max_output;
  notes.add("max_tokens", ir::NoteAction::added, std::to_string(traits.default_max_output));
  return traits.default_max_output;
}

}  // namespace request_writing

Result<std::string> encode_request(const ir::Request& request, const Traits& traits, ir::Notes& notes) {
  namespace writing = request_writing;
  TRY_VOID(check_sampling(request, notes));
  TRY(const auto turns, arrange(request, notes));
  const auto rules = model_rules(request.model);
  const auto max_tokens = writing::max_tokens_of(request, traits, notes);
  auto thinking = plan_thinking(request, rules, max_tokens, notes);
  fit_thinking(thinking, turns, notes);
  const ToolNames names(request.tools);

  std::string out;
  out.reserve(json::usual_size);
  CacheMarks marks(out);
  json::Writer writer(out);
  writer.begin_object();
  writer.member("model", request.model);
  writer.member("max_tokens", max_tokens);
  if (request.stream) writer.member("stream", true);
  write_sampling({writer, notes}, request, rules, thinking.thinks());
  write_thinking(writer, thinking);
  writing::write_output_config(writer, request, thinking, rules);
  writing::write_account(writer, request, notes);
  writing::write_extensions(writer, request, notes);
  write_tools({writer, notes}, request, names, marks);
  ContentWriter content({writer, notes}, marks, names);
  const auto more = writing::format_instruction(request, rules, notes);
  if (writing::has_system(request) || !more.empty()) {
    writer.key("system");
    content.system(request.instructions, more);
  }
  writer.key("messages");
  TRY_VOID(content.messages(turns));
  writer.end_object();
  marks.keep_last(notes);
  return out;
}

}  // namespace llmgw::dialect::messages
