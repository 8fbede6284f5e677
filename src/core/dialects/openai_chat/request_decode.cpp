#include <algorithm>
#include <array>
#include <utility>

#include "core/dialects/openai_chat/parts.h"
#include "core/dialects/openai_chat/request_read.h"

namespace llmgw::dialect::chat {
namespace request_decoding {

using Read = Result<> (*)(json::View value, const json::Path& path, ir::Request& request);

template <auto Field>
Result<> text(json::View value, const json::Path& path, ir::Request& request) {
  TRY(request.*Field, json::read_string(value, path));
  return {};
}

template <auto Field>
Result<> integer(json::View value, const json::Path& path, ir::Request& request) {
  TRY(request.*Field, json::read_integer(value, path));
  return {};
}

template <auto Field>
Result<> number(json::View value, const json::Path& path, ir::Request& request) {
  TRY(request.*Field, json::read_number(value, path));
  return {};
}

template <auto Field>
Result<> boolean(json::View value, const json::Path& path, ir::Request& request) {
  TRY(request.*Field, json::read_boolean(value, path));
  return {};
}

template <auto Field>
Result<> object(json::View value, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_object(value, path));
  request.*Field = std::string(value.raw());
  return {};
}

// Both names of the limit may be given; the smaller one holds.
Result<> limit(json::View value, const json::Path& path, ir::Request& request) {
  TRY(const auto tokens, json::read_integer(value, path));
  request.max_output = request.max_output ? std::min(*request.max_output, tokens) : tokens;
  return {};
}

Result<> stop(json::View value, const json::Path& path, ir::Request& request) {
  request.stop.clear();
  if (value.is_string()) {
    request.stop.push_back(*value.string());
    return {};
  }
  if (!value.is_array()) return json::wrong_type(path, "a string or a list of strings");
  std::size_t number = 0;
  for (const json::View entry : value.elements()) {
    TRY(auto stop_text, json::read_string(entry, path[number++]));
    request.stop.push_back(std::move(stop_text));
  }
  return {};
}

Result<> stream_options(json::View value, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_object(value, path));
  const auto include = value["include_usage"];
  if (include.absent()) return {};
  TRY(request.include_usage, json::read_boolean(include, path / "include_usage"));
  return {};
}

// The user by its newer name, where the older one is not given.
Result<> safety_identifier(json::View value, const json::Path& path, ir::Request& request) {
  TRY(auto name, json::read_string(value, path));
  if (request.user.empty()) request.user = std::move(name);
  return {};
}

// The deprecated forms of `tools` and `tool_choice`: functions without the wrapper.
Result<> functions(json::View value, const json::Path& path, ir::Request& request) {
  return read_tools(value, path, request);
}

struct Row {
  std::string_view key;
  Read read;
};

constexpr std::array rows{
    Row{"model", text<&ir::Request::model>},
    Row{"messages", read_messages},
    Row{"stream", boolean<&ir::Request::stream>},
    Row{"stream_options", stream_options},
    Row{"max_tokens", limit},
    Row{"max_completion_tokens", limit},
    Row{"temperature", number<&ir::Request::temperature>},
    Row{"top_p", number<&ir::Request::top_p>},
    Row{"top_k", integer<&ir::Request::top_k>},
    Row{"min_p", number<&ir::Request::min_p>},
    Row{"seed", integer<&ir::Request::seed>},
    Row{"presence_penalty", number<&ir::Request::presence_penalty>},
    Row{"frequency_penalty", number<&ir::Request::frequency_penalty>},
    Row{"stop", stop},
    Row{"n", integer<&ir::Request::n>},
    Row{"logprobs", boolean<&ir::Request::logprobs>},
    Row{"top_logprobs", integer<&ir::Request::top_logprobs>},
    Row{"logit_bias", object<&ir::Request::logit_bias>},
    Row{"tools", read_tools},
    Row{"functions", functions},
    Row{"tool_choice", read_tool_choice},
    Row{"function_call", read_tool_choice},
    Row{"parallel_tool_calls", boolean<&ir::Request::parallel_tool_calls>},
    Row{"response_format", read_response_format},
    Row{"user", text<&ir::Request::user>},
    Row{"safety_identifier", safety_identifier},
    Row{"service_tier", text<&ir::Request::service_tier>},
    Row{"verbosity", text<&ir::Request::verbosity>},
    Row{"prompt_cache_key", text<&ir::Request::cache_key>},
    Row{"metadata", object<&ir::Request::metadata>},
};

Result<> read_member(std::string_view key, json::View value, ir::Request& request) {
  const json::Path root;
  const auto path = root / key;
  const auto found = std::ranges::find(rows, key, &Row::key);
  if (found != rows.end()) return found->read(value, path, request);
  TRY(const bool taken, read_reasoning_request(key, value, path, request));
  if (!taken) request.extensions.push_back({std::string(key), std::string(value.raw())});
  return {};
}

std::unexpected<Error> missing(std::string field) {
  std::string message = field + " is required";
  return fail(Errc::invalid_request, std::move(message), std::move(field), "missing_required_parameter");
}

}  // namespace request_decoding

Result<ir::Request> decode_request(json::View body) {
  TRY(const auto object, json::read_object(body, json::Path{}));
  ir::Request request;
  request.origin = "openai";
  for (const auto& [key, value] : object.members()) {
    if (!value.absent()) TRY_VOID(request_decoding::read_member(key, value, request));
  }
  if (request.model.empty()) return request_decoding::missing("model");
  if (object["messages"].absent()) return request_decoding::missing("messages");
  // OpenAI refuses an empty list of tools (`empty_array`); it means the same as none.
  if (request.tools.empty()) {
    request.tool_choice.reset();
    request.parallel_tool_calls.reset();
  }
  return request;
}

}  // namespace llmgw::dialect::chat
