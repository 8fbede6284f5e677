#include "cli/failure.h"

#include "cli/exit_code.h"
#include "cli/term/output.h"
#include "core/json/writer.h"

namespace llmgw::cli {
namespace failure {

/// Control bytes in a message, which may quote what a server sent, must not reach the terminal.
std::string visible(std::string_view text) {
  std::string clean;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    clean += byte < 0x20 || byte == 0x7f ? ' ' : c;
  }
  return clean;
}

void optional_member(json::Writer& json, std::string_view name, std::string_view text) {
  if (text.empty()) {
    json.member_null(name);
  } else {
    json.member(name, text);
  }
}

void report_json(Output& out, const Failure& failure) {
  const auto& row = error_class(failure.error.code);
  std::string line;
  json::Writer json(line);
  json.begin_object();
  json.key("error");
  json.begin_object();
  json.member("class", exit_code_row(failure.exit()).name);
  json.member("exit_code", failure.exit());
  if (failure.http_status != 0) {
    json.member("http_status", failure.http_status);
  } else {
    json.member_null("http_status");
  }
  json.member("code", failure.error.wire_code.empty() ? row.name : std::string_view(failure.error.wire_code));
  json.member("message", failure.error.message);
  optional_member(json, "param", failure.error.param);
  optional_member(json, "request_id", failure.request_id);
  optional_member(json, "retry_after", failure.error.retry_after);
  optional_member(json, "hint", failure.hint);
  json.end_object();
  json.end_object();
  out.write(line + "\n");
}

}  // namespace failure

void report(Output& out, const Failure& failure, ReportStyle style) {
  if (style == ReportStyle::json) {
    failure::report_json(out, failure);
  } else {
    out.write("llmgw: error: " + failure::visible(failure.error.message) + "\n");
    if (!failure.cause.empty()) out.write("  cause: " + failure::visible(failure.cause) + "\n");
    if (!failure.hint.empty()) out.write("  try: " + failure::visible(failure.hint) + "\n");
  }
  out.flush();
}

}  // namespace llmgw::cli
