#include "core/dialects/upstream_error.h"

#include <charconv>
#include <string>
#include <utility>

#include "core/dialects/error_body.h"
#include "core/dialects/error_class.h"
#include "core/dialects/retry_hint.h"

namespace llmgw::dialect {
namespace upstream_errors {

constexpr std::size_t max_message = 4096;
constexpr std::size_t max_quote = 200;
constexpr std::size_t max_word = 256;  // a code, a type, the path of a field

/// A word of the upstream's: some services put the key that they refuse into every field.
std::string word(std::string_view text) { return hide_keys(cut_text(text, max_word)); }

bool is_status(int number) { return number >= 400 && number <= 599; }

int http_number(const std::string& code) {
  int number = 0;
  const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), number);
  return error == std::errc{} && end == code.data() + code.size() ? number : -1;
}

// A refused prompt or a wrong field is the client's to see as such, so a 4xx stays what it is; a plain 500 stays a
// 500. Other statuses follow from the class, which knows what each client's format uses.
int status_to_keep(int status, Errc code) {
  if (status >= 400 && status < 500) return status;
  return status == 500 && code == Errc::upstream_error ? 500 : 0;
}

Error make(ErrorBody body, int status) {
  ErrorWords words;
  const int number = body.code.empty() ? -1 : http_number(body.code);
  // A number is a status, not a code; xAI puts a sentence there.
  if (number >= 0 || body.code.find(' ') != std::string::npos) body.code.clear();
  if (!is_status(status)) status = is_status(number) ? number : body.status;
  words.code = body.code;
  words.type = body.type;
  words.reason = body.reason;
  words.message = body.message;
  words.status = status;
  Error error;
  error.code = classify(words);
  error.status = status_to_keep(status, error.code);
  error.message = hide_keys(cut_text(body.message, max_message));
  error.param = word(body.param);
  error.wire_code = word(body.code);
  // Anthropic's types mean nothing to OpenAI clients: the class's own type stands for them.
  if (!body.anthropic) error.wire_type = word(body.type);
  error.retry_after = body.retry_after;
  return error;
}

}  // namespace upstream_errors

Error read_upstream_error(int status, const http::Headers& headers, std::string_view body) {
  ErrorBody read = read_error_body(body);
  if (read.type.empty()) {
    if (const auto name = headers.get("x-amzn-errortype")) read.type = std::string(name->substr(0, name->find(':')));
  }
  if (read.message.empty()) {
    read.message = "The upstream answered HTTP " + std::to_string(status) + " without a message.";
  }
  Error error = upstream_errors::make(std::move(read), status);
  if (auto value = retry_after_header(headers); !value.empty()) error.retry_after = std::move(value);
  const bool later = error.code == Errc::rate_limit || error.code == Errc::overloaded;
  if (error.retry_after.empty() && later) error.retry_after = retry_after_text(error.message);
  if (const auto retry = headers.get("x-should-retry")) {
    if (*retry == "true") error.retryable = true;
    if (*retry == "false") error.retryable = false;
  }
  return error;
}

Error error_in_answer(json::View body) {
  ErrorBody read = read_error_body(body);
  if (read.message.empty()) read.message = "The upstream reported an error without a message.";
  Error error = upstream_errors::make(std::move(read), 0);
  const bool later = error.code == Errc::rate_limit || error.code == Errc::overloaded;
  if (error.retry_after.empty() && later) error.retry_after = retry_after_text(error.message);
  return error;
}

void end_with_fault(Error error, ir::Events& events) {
  events.emplace_back(ir::Fault{std::move(error)});
  events.emplace_back(ir::End{false});
}

Error error_from_text(std::string_view text) {
  ErrorBody read = read_error_body(text);
  return upstream_errors::make(std::move(read), 0);
}

Error broken_frame(std::string_view data, std::string_view reason) {
  Error error;
  error.code = Errc::upstream_protocol;
  error.message = "The upstream sent an event that " + std::string(reason) + ": " +
                  hide_keys(cut_text(data, upstream_errors::max_quote));
  return error;
}

Error stream_incomplete() {
  Error error;
  error.code = Errc::upstream_protocol;
  error.message = "The upstream's stream ended before the answer was complete.";
  error.wire_code = "stream_incomplete";
  return error;
}

Error model_stopped(std::string_view raw_finish) {
  Error error;
  error.code = Errc::upstream_error;
  error.message = "The model stopped: " + hide_keys(cut_text(raw_finish, upstream_errors::max_quote));
  return error;
}

std::string_view cut_text(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace llmgw::dialect
