#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "core/dialects/anthropic_messages/error_object.h"
#include "core/dialects/anthropic_messages/format.h"
#include "core/dialects/line_safe.h"
#include "core/dialects/upstream_error.h"
#include "core/json/writer.h"
#include "core/sse/encoder.h"

namespace llmgw::dialect::messages {
namespace errors {

// Claude Code compacts a conversation when it reads these words, whatever the service's own are.
constexpr std::string_view too_long = "prompt is too long";

bool says_too_long(std::string_view message) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return std::search(message.begin(), message.end(), too_long.begin(), too_long.end(), same) != message.end();
}

// The envelope has no field for the culprit, so the message names it, as Anthropic's own do.
std::string message_of(const Error& error) {
  std::string message = error.message;
  if (!error.param.empty() && message.find(error.param) == std::string::npos) message = error.param + ": " + message;
  if (error.code == Errc::context_length && !says_too_long(message)) message = std::string(too_long) + ": " + message;
  return message;
}

std::string_view type_of(const Error& error) {
  if (error.status == 402) return "billing_error";  // docs.claude.com/en/api/errors
  return error_class(error.code).anthropic_type;
}

void write_object(json::Writer& writer, const Error& error) {
  writer.member("type", "error");
  writer.key("error");
  writer.begin_object();
  writer.member("type", type_of(error));
  writer.member("message", message_of(error));
  if (!error.details.empty()) {
    std::string details;
    append_one_line(details, error.details);
    writer.member_raw("details", details);
  }
  writer.end_object();
}

}  // namespace errors

bool is_error_body(json::View body) {
  if (!body["error"].absent() || body["type"].equals("error")) return true;
  return body["message"].is_string() || !body["detail"].absent() || !body["errors"].absent();
}

void append_error(std::string& out, const Error& error) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  errors::write_object(writer, error);
  writer.end_object();
  sse::append_event(out, "error", body);
}

Error decode_error(int status, const http::Headers& headers, std::string_view body) {
  return read_upstream_error(status, headers, body);
}

std::string encode_error(const Error& error, std::string_view request_id) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  errors::write_object(writer, error);
  if (request_id.empty()) {
    writer.member_null("request_id");
  } else {
    writer.member("request_id", request_id);
  }
  writer.end_object();
  return body;
}

int error_status(const Error& error) {
  // Anthropic's clients know an overloaded service by 529, whatever the upstream's number was.
  if (error.code == Errc::overloaded || error.status == 0) return error_class(error.code).anthropic_status;
  return error.status;
}

}  // namespace llmgw::dialect::messages
