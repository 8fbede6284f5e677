#include <array>
#include <utility>

#include "core/dialects/openai_chat/model_rules.h"
#include "core/dialects/openai_chat/parts.h"
#include "core/dialects/openai_chat/request_write.h"
#include "core/dialects/reasoning.h"

namespace llmgw::dialect::chat {
namespace request_encoding {

struct ClientName {
  std::string_view chat;
  std::string_view messages;
};

constexpr std::array client_names{
    ClientName{"stop", "stop_sequences"},
    ClientName{"reasoning_effort", "thinking"},
    ClientName{"parallel_tool_calls", "tool_choice.disable_parallel_tool_use"},
    ClientName{"response_format", "output_config.format"},
    ClientName{"user", "metadata.user_id"},
};

constexpr std::size_t max_stops = 4;  // OpenAI's limit

void write_limit(Encoding& encoding) {
  const auto& request = encoding.request;
  if (!request.max_output) return;
  const bool renamed = encoding.traits.max_completion_tokens || encoding.rules.reasons;
  encoding.writer.member(renamed ? "max_completion_tokens" : "max_tokens", *request.max_output);
}

void write_stop(Encoding& encoding) {
  const auto& stop = encoding.request.stop;
  if (stop.empty()) return;
  const bool cut = encoding.traits.stop_four && stop.size() > max_stops;
  if (cut) {
    encoding.notes.add(client_path(encoding.request, "stop"), ir::NoteAction::clamped,
                       std::to_string(stop.size()) + " to " + std::to_string(max_stops));
  }
  encoding.writer.key("stop");
  encoding.writer.begin_array();
  for (std::size_t i = 0; i < (cut ? max_stops : stop.size()); ++i) encoding.writer.string(stop[i]);
  encoding.writer.end_array();
}

void write_template_switch(Encoding& encoding, bool on) {
  auto& writer = encoding.writer;
  writer.key("chat_template_kwargs");
  writer.begin_object();
  writer.member("thinking", on);         // DeepSeek, Kimi
  writer.member("enable_thinking", on);  // Qwen, GLM, Gemma; templates ignore what they do not know
  writer.end_object();
}

void write_reasoning(Encoding& encoding) {
  const auto& request = encoding.request;
  if (!request.reasoning) return;
  const std::string effort = effort_of(*request.reasoning, request.max_output);
  const bool off = effort == "none" || !request.reasoning->enabled;
  if (encoding.traits.thinking_kwargs) write_template_switch(encoding, !off);
  const std::string path = client_path(request, "reasoning_effort");
  if (off) {
    // `none` only from a client that knows the word: many models refuse it.
    const bool said = request.reasoning->given_as == ir::ReasoningRequest::GivenAs::effort;
    const bool writable = encoding.traits.reasoning_effort && !encoding.traits.thinking_kwargs;
    if (said && writable)
      encoding.writer.member("reasoning_effort", "none");
    else if (!encoding.traits.thinking_kwargs)
      encoding.dropped(path, "the upstream has no switch for reasoning");
    return;
  }
  if (!encoding.traits.reasoning_effort) {
    if (!encoding.traits.thinking_kwargs) encoding.dropped(path, effort);
    return;
  }
  encoding.writer.member("reasoning_effort", effort);
  if (request.reasoning->given_as == ir::ReasoningRequest::GivenAs::budget) {
    encoding.notes.add(path, ir::NoteAction::approximated, "effort " + effort);
  }
}

void write_format(Encoding& encoding) {
  using Kind = ir::ResponseFormat::Kind;
  const auto& request = encoding.request;
  if (!request.format) return;
  const auto& format = *request.format;
  auto& writer = encoding.writer;
  writer.key("response_format");
  writer.begin_object();
  writer.member("type", format.kind == Kind::json_schema   ? "json_schema"
                        : format.kind == Kind::json_object ? "json_object"
                                                           : "text");
  if (format.kind == Kind::json_schema) {
    writer.key("json_schema");
    writer.begin_object();
    writer.member("name", format.name.empty() ? std::string_view("response") : std::string_view(format.name));
    if (!format.description.empty()) writer.member("description", format.description);
    writer.member_raw("schema", format.schema.empty() ? "{}" : format.schema);
    // OpenAI's strict mode wants every property required; a schema written for another format need not be so.
    if (format.strict || request.origin != "openai") writer.member("strict", format.strict.value_or(false));
    writer.end_object();
  }
  writer.end_object();
}

void write_extra(Encoding& encoding) {
  for (const auto& path : encoding.request.unread) encoding.dropped(path);
  for (const auto& extension : encoding.request.extensions) {
    const bool own = encoding.request.origin == "openai";
    const bool twice = encoding.traits.thinking_kwargs && extension.key == "chat_template_kwargs";
    if (!own) encoding.dropped(extension.key);
    if (!own || twice) continue;
    encoding.writer.any_key(extension.key);
    encoding.writer.raw(extension.value);
  }
}

void write_stream(Encoding& encoding) {
  const auto& request = encoding.request;
  if (!request.stream) return;
  encoding.writer.member("stream", true);
  // Asked for even where the client did not, for accounting; a client's `false` stays its choice.
  if (!encoding.traits.stream_usage || !request.include_usage.value_or(true)) return;
  encoding.writer.member_raw("stream_options", R"({"include_usage":true})");
}

// OpenAI's reasoning models refuse these parameters, but for the values that they have anyway.
void write_refusable(Encoding& encoding) {
  const auto& request = encoding.request;
  const auto& rules = encoding.rules;
  const bool rests =
      rules.samples_unless_thinking && request.reasoning && effort_of(*request.reasoning, request.max_output) == "none";
  const auto number = [&](std::string_view name, const std::optional<double>& value, double usual, bool taken) {
    if (!value || (!taken && *value == usual)) return;
    if (!taken) return encoding.dropped(std::string(name), "the model refuses it");
    encoding.writer.key(name);
    encoding.writer.number(*value);
  };
  const bool all = !rules.reasons;
  number("temperature", request.temperature, 1, all || rests);
  number("top_p", request.top_p, 1, all || rests);
  number("presence_penalty", request.presence_penalty, 0, all);
  number("frequency_penalty", request.frequency_penalty, 0, all);
}

void write_sampling(Encoding& encoding) {
  const auto& request = encoding.request;
  auto& writer = encoding.writer;
  write_refusable(encoding);
  if (request.seed) writer.member("seed", *request.seed);
  if (encoding.traits.top_k) {
    if (request.top_k) writer.member("top_k", *request.top_k);
    if (request.min_p) {
      writer.key("min_p");
      writer.number(*request.min_p);
    }
  } else {
    if (request.top_k) encoding.dropped("top_k");
    if (request.min_p) encoding.dropped("min_p");
  }
}

// `standard_only` is the Messages API's word for the default tier.
std::string_view tier(std::string_view given) { return given == "standard_only" ? "default" : given; }

void write_rest(Encoding& encoding) {
  const auto& request = encoding.request;
  auto& writer = encoding.writer;
  if (request.n) writer.member("n", *request.n);
  if (request.logprobs) writer.member("logprobs", *request.logprobs);
  if (request.top_logprobs) writer.member("top_logprobs", *request.top_logprobs);
  if (!request.logit_bias.empty()) writer.member_raw("logit_bias", request.logit_bias);
  if (!request.verbosity.empty()) writer.member("verbosity", request.verbosity);
  if (!request.user.empty()) writer.member("user", request.user);
  if (!request.service_tier.empty()) writer.member("service_tier", tier(request.service_tier));
  if (!request.cache_key.empty()) writer.member("prompt_cache_key", request.cache_key);
  if (request.metadata.empty()) return;
  // OpenAI takes it only together with `store`, which no other format has.
  if (request.origin == "openai")
    writer.member_raw("metadata", request.metadata);
  else
    encoding.dropped("metadata");
}

}  // namespace request_encoding

std::string client_path(const ir::Request& request, std::string_view name) {
  if (request.origin == "anthropic") {
    for (const auto& row : request_encoding::client_names) {
      if (row.chat == name) return std::string(row.messages);
    }
  }
  return std::string(name);
}

void write_parameters(Encoding& encoding) {
  request_encoding::write_limit(encoding);
  request_encoding::write_sampling(encoding);
  request_encoding::write_stop(encoding);
  request_encoding::write_reasoning(encoding);
  request_encoding::write_format(encoding);
  request_encoding::write_rest(encoding);
  request_encoding::write_extra(encoding);
  request_encoding::write_stream(encoding);
}

Result<std::string> encode_request(const ir::Request& request, const Traits& traits, ir::Notes& notes) {
  std::string out;
  out.reserve(json::usual_size);
  json::Writer writer(out);
  Encoding encoding{request, traits, notes, writer, ToolNames(request.tools), model_rules(request.model)};
  writer.begin_object();
  writer.member("model", request.model);
  TRY_VOID(write_messages(encoding));
  write_tools(encoding);
  write_parameters(encoding);
  writer.end_object();
  return out;
}

}  // namespace llmgw::dialect::chat
