#include "core/dialects/error_body.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/base/base64.h"
#include "core/dialects/html_text.h"
#include "core/dialects/retry_hint.h"

namespace llmgw::dialect {
namespace error_bodies {

constexpr int max_depth = 6;

std::string text_of(json::View value) { return value.string().value_or(std::string{}); }

void set(std::string& field, json::View value) {
  if (!field.empty()) return;
  if (value.is_string())
    field = text_of(value);
  else if (value.is_number())
    field = std::string(value.raw());
}

// FastAPI's validation errors: [{"msg","loc":["body","messages",0],"type"}].
void read_validation(json::View entry, ErrorBody& out) {
  if (out.message.empty()) out.message = text_of(entry["msg"]);
  if (!out.param.empty()) return;
  for (const json::View step : entry["loc"].elements()) {
    if (step.equals("body")) continue;
    if (step.is_number())
      out.param += "[" + std::string(step.raw()) + "]";
    else if (step.is_string())
      out.param += (out.param.empty() ? "" : ".") + text_of(step);
  }
}

// Google's details name the true reason (`API_KEY_INVALID` in an INVALID_ARGUMENT) and when to try again.
void read_google_details(json::View details, ErrorBody& out) {
  for (const json::View entry : details.elements()) {
    if (entry["reason"].is_string()) out.reason = text_of(entry["reason"]);
    const std::string delay = text_of(entry["retryDelay"]);
    if (!delay.empty()) out.retry_after = retry_after_text("retry in " + delay);
  }
}

void read_value(json::View value, ErrorBody& out, int depth);

struct Parts {
  json::View error, message, detail, errors, innererror, metadata;
};

void read_member(std::string_view key, json::View value, ErrorBody& out, Parts& parts) {
  if (key == "error")
    parts.error = value;
  else if (key == "message" || key == "Message")
    parts.message = value;
  else if (key == "detail")
    parts.detail = value;
  else if (key == "errors")
    parts.errors = value;
  else if (key == "innererror")
    parts.innererror = value;
  else if (key == "metadata")
    parts.metadata = value;
  else if (key == "details")
    read_google_details(value, out);
  else if (key == "type" || key == "__type" || key == "error_type")
    set(out.type, value);
  else if (key == "code")
    set(out.code, value);
  else if (key == "param")
    set(out.param, value);
  else if (key == "status" && value.is_string())
    set(out.reason, value);
  else if (key == "status")
    out.status = static_cast<int>(value.integer().value_or(0));
  else if (key == "msg" && out.message.empty())
    out.message = text_of(value);
}

void read_object(json::View object, ErrorBody& out, int depth) {
  Parts parts;
  // The envelope's own `type` is no error type; the inner object comes first.
  if (object["type"].equals("error") && object["error"].is_object()) {
    out.anthropic = true;
    return read_value(object["error"], out, depth + 1);
  }
  const json::View inner = object["error"];
  if (inner.is_object() || inner.is_array()) read_value(inner, out, depth + 1);
  for (const auto& [key, value] : object.members()) {
    if (!value.absent()) read_member(key, value, out, parts);
  }
  if (parts.error.is_string()) set(out.message, parts.error);
  for (const json::View part : {parts.message, parts.detail, parts.errors}) {
    if (out.message.empty()) read_value(part, out, depth + 1);
  }
  if (out.reason.empty()) out.reason = text_of(parts.innererror["code"]);
  // OpenRouter: "Provider returned error", with the provider's own words in the metadata.
  const std::string raw = text_of(parts.metadata["raw"]);
  if (!raw.empty() && out.message.find(raw) == std::string::npos) out.message += ": " + raw;
}

void read_value(json::View value, ErrorBody& out, int depth) {
  if (depth > max_depth || value.absent()) return;
  if (value.is_string()) {
    if (out.message.empty()) out.message = text_of(value);
  } else if (value.is_array()) {
    for (const json::View element : value.elements()) {
      if (!out.message.empty()) break;
      if (element["msg"].is_string())
        read_validation(element, out);
      else
        read_value(element, out, depth + 1);
    }
  } else if (value.is_object()) {
    read_object(value, out, depth);
  }
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view spaces = " \t\r\n";
  const auto first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

constexpr std::array<std::string_view, 7> key_starts{"sk-", "gsk_", "xai-", "AIza", "hf_", "pplx-", "r8_"};
constexpr std::size_t shortest_key = 12;

bool is_key_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '*' || c == '.';
}

std::size_t key_length(std::string_view text) {
  const auto starts = [&](std::string_view start) { return text.starts_with(start); };
  if (std::ranges::none_of(key_starts, starts)) return 0;
  const auto end = std::ranges::find_if_not(text, is_key_character);
  auto length = static_cast<std::size_t>(end - text.begin());
  while (length > 0 && text[length - 1] == '.') --length;  // the sentence's full stop
  return length >= shortest_key ? length : 0;
}

}  // namespace error_bodies

ErrorBody read_error_body(std::string_view body) {
  const auto text = error_bodies::trim(body);
  if (const auto parsed = json::parse(text)) return read_error_body(*parsed);
  ErrorBody out;
  out.message = looks_like_html(text) ? html_text(text) : std::string(text);
  return out;
}

ErrorBody read_error_body(json::View body) {
  ErrorBody out;
  error_bodies::read_value(body, out, 0);
  return out;
}

void hide_credential(std::string& text, std::string_view credential, std::size_t shortest) {
  constexpr std::string_view mark = "[redacted]";
  if (credential.empty() || credential.size() < shortest) return;
  for (auto at = text.find(credential); at != std::string::npos; at = text.find(credential, at + mark.size())) {
    text.replace(at, credential.size(), mark);
  }
}

void hide_header_credential(std::string& text, std::string_view value) {
  constexpr std::size_t shortest = 8;
  constexpr std::size_t shortest_password = 4;
  hide_credential(text, value, shortest);
  const auto scheme = value.find(' ');
  if (scheme == std::string_view::npos) return;
  const auto credential = value.substr(value.find_last_of(' ') + 1);
  hide_credential(text, credential, shortest);
  const auto pair = from_base64(credential);
  if (!pair) return;
  if (const auto colon = pair->find(':'); colon != std::string::npos) {
    hide_credential(text, std::string_view(*pair).substr(colon + 1), shortest_password);
  }
}

std::string hide_keys(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const bool at_word = i == 0 || !error_bodies::is_key_character(text[i - 1]);
    const std::size_t length = at_word ? error_bodies::key_length(text.substr(i)) : 0;
    if (length > 0) {
      out += "[key]";
      i += length;
    } else {
      out += text[i++];
    }
  }
  return out;
}

}  // namespace llmgw::dialect
