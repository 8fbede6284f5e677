#include <utility>

#include "core/dialects/anthropic_messages/decode_content.h"
#include "core/dialects/anthropic_messages/decode_options.h"
#include "core/dialects/anthropic_messages/format.h"
#include "core/json/path.h"

namespace llmgw::dialect::messages {
namespace request_reading {

using Read = Result<> (*)(json::View value, const json::Path& path, ir::Request& request);

Result<> model(json::View value, const json::Path& path, ir::Request& request) {
  TRY(request.model, json::read_string(value, path));
  return {};
}

Result<> stream(json::View value, const json::Path& path, ir::Request& request) {
  TRY(request.stream, json::read_boolean(value, path));
  return {};
}

Result<> max_tokens(json::View value, const json::Path& path, ir::Request& request) {
  TRY(request.max_output, json::read_integer(value, path));
  if (*request.max_output < 0) return json::wrong_type(path, "0 or more");
  return {};
}

Result<> temperature(json::View value, const json::Path& path, ir::Request& request) {
  TRY(request.temperature, json::read_number(value, path));
  return {};
}

Result<> top_p(json::View value, const json::Path& path, ir::Request& request) {
  TRY(request.top_p, json::read_number(value, path));
  return {};
}

Result<> top_k(json::View value, const json::Path& path, ir::Request& request) {
  TRY(request.top_k, json::read_integer(value, path));
  return {};
}

Result<> stop_sequences(json::View value, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_array(value, path));
  std::size_t index = 0;
  for (const auto& element : value.elements()) {
    TRY(auto text, json::read_string(element, path[index++]));
    request.stop.push_back(std::move(text));
  }
  return {};
}

Result<> metadata(json::View value, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_object(value, path));
  if (const auto user = value["user_id"]; !user.absent()) {
    TRY(request.user, json::read_string(user, path / "user_id"));
  }
  return {};
}

Result<> service_tier(json::View value, const json::Path& path, ir::Request& request) {
  TRY(request.service_tier, json::read_string(value, path));
  // The other formats' word for "not the priority tier".
  if (request.service_tier == "standard_only") request.service_tier = "default";
  return {};
}

// Threads live on Anthropic's servers: the request holds the newest turn only. This answer makes the SDKs send the
// whole history without `thread` (anthropic-sdk: lib/threads, types/thread_unsupported_request_error_details).
Result<> thread(json::View, const json::Path& path, ir::Request&) {
  auto error =
      fail(Errc::invalid_request, "threads are not supported by this upstream; send the whole history", path.text());
  error.error().details = R"({"error_code":"thread_unsupported_request"})";
  return error;
}

Result<> messages(json::View value, const json::Path& path, ir::Request& request) {
  TRY_VOID(json::read_array(value, path));
  if (value.empty_value()) return json::wrong_type(path, "an array of at least one message");
  std::size_t index = 0;
  for (const auto& element : value.elements()) TRY_VOID(decode_message(element, path[index++], request));
  return {};
}

Result<> system(json::View value, const json::Path& path, ir::Request& request) {
  TRY(request.instructions, decode_system(value, path));
  return {};
}

struct Row {
  std::string_view key;
  Read read;
};

// In the order of reading: `system` stands before system messages, `thinking` decides what `output_config` means.
constexpr Row rows[] = {
    {"thread", thread},
    {"model", model},
    {"stream", stream},
    {"max_tokens", max_tokens},
    {"temperature", temperature},
    {"top_p", top_p},
    {"top_k", top_k},
    {"stop_sequences", stop_sequences},
    {"metadata", metadata},
    {"service_tier", service_tier},
    {"system", system},
    {"messages", messages},
    {"tools", decode_tools},
    {"tool_choice", decode_tool_choice},
    {"thinking", decode_thinking},
    {"output_config", decode_output_config},
    {"output_format", decode_format},
};
constexpr std::size_t row_count = std::size(rows);

std::size_t row_of(std::string_view key) {
  std::size_t row = 0;
  while (row < row_count && rows[row].key != key) ++row;
  return row;
}

}  // namespace request_reading

Result<ir::Request> decode_request(json::View body) {
  namespace reading = request_reading;
  if (!body.is_object()) return fail(Errc::invalid_request, "the body must be a JSON object");
  ir::Request request;
  request.origin = family;
  json::View fields[reading::row_count];
  for (const auto& [key, value] : body.members()) {
    const auto row = reading::row_of(key);
    if (row < reading::row_count) {
      fields[row] = value;
    } else if (!value.absent()) {
      request.extensions.push_back({std::string(key), std::string(value.raw())});
    }
  }
  const json::Path root;
  TRY_VOID(json::read_array(fields[reading::row_of("messages")], root / "messages"));
  for (std::size_t row = 0; row < reading::row_count; ++row) {
    if (fields[row].absent()) continue;
    TRY_VOID(reading::rows[row].read(fields[row], root / reading::rows[row].key, request));
  }
  return request;
}

}  // namespace llmgw::dialect::messages
