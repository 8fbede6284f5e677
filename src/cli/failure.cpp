#include "cli/failure.h"

#include <algorithm>

#include "cli/exit_code.h"
#include "cli/term/output.h"
#include "cli/term/visible_text.h"

namespace llmgw::cli {
namespace failure {

void optional_member(json::Writer& json, std::string_view name, std::string_view text) {
  if (text.empty()) {
    json.member_null(name);
  } else {
    json.member(name, text);
  }
}

void report_json(Output& out, const Failure& failure) {
  std::string line;
  json::Writer json(line);
  json.begin_object();
  json.key("error");
  write_failure(json, failure);
  json.end_object();
  out.write(line + "\n");
}

/// A configuration has a problem on each line; whatever else has several is a server's text, which must not look like
/// lines of ours.
void report_message(Output& out, const Error& error) {
  std::string_view rest = error.message;
  while (error.code == Errc::config && rest.contains('\n')) {
    out.write("llmgw: error: " + on_one_line(rest.substr(0, rest.find('\n'))) + "\n");
    rest.remove_prefix(rest.find('\n') + 1);
  }
  out.write("llmgw: error: " + on_one_line(rest) + "\n");
}

}  // namespace failure

void write_failure(json::Writer& json, const Failure& failure) {
  const auto& row = error_class(failure.error.code);
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
  failure::optional_member(json, "param", failure.error.param);
  failure::optional_member(json, "request_id", failure.request_id);
  failure::optional_member(json, "retry_after", failure.error.retry_after);
  failure::optional_member(json, "hint", failure.hint);
  json.end_object();
}

void report(Output& out, const Failure& failure, ReportStyle style) {
  if (style == ReportStyle::json) {
    failure::report_json(out, failure);
  } else {
    failure::report_message(out, failure.error);
    if (!failure.cause.empty()) out.write("  cause: " + on_one_line(failure.cause) + "\n");
    if (!failure.hint.empty()) out.write("  try: " + on_one_line(failure.hint) + "\n");
  }
  out.flush();
}

std::string plugin_line(const Failure& failure) {
  auto says = on_one_line(failure.error.message);
  std::ranges::replace(says, '|', '/');  // performance data would begin there
  return "LLMGW UNKNOWN - " + says + "\n";
}

}  // namespace llmgw::cli
