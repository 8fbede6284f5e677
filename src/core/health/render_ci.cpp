// Formats that build systems read.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/base/clock.h"
#include "core/health/report.h"
#include "core/json/utf8.h"

namespace llmgw::health::rendering {
namespace render_ci {

bool is_utf8(std::string_view text) {
  const auto* const end = text.data() + text.size();
  for (const auto* at = text.data(); at != end;) {
    const auto length = json::utf8::length(at, end);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

/// Text of an attribute or element. XML 1.0 has no way to write most control characters; bytes above ASCII become `?`
/// where the text as a whole is not UTF-8.
std::string xml(std::string_view text) {
  const auto line = one_line(text);
  const bool ascii_only = !is_utf8(line);
  std::string out;
  for (const char c : line) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += ascii_only && static_cast<unsigned char>(c) > 0x7f ? '?' : c;
    }
  }
  return out;
}

bool fails(const Outcome& outcome, const ExitRules& rules) {
  const auto state = outcome.finding.state;
  return state != State::unknown && exit_code(state, rules) != 0;
}

void append_case(std::string& out, const TargetReport& target, const Outcome& outcome, const ExitRules& rules) {
  const auto write = std::back_inserter(out);
  const auto& finding = outcome.finding;
  fmt::format_to(write, "    <testcase classname=\"{}\" name=\"{}\" time=\"0\"", xml(target.name), outcome.check->id);
  const auto* element = finding.state == State::skipped   ? "skipped"
                        : finding.state == State::unknown ? "error"
                        : fails(outcome, rules)           ? "failure"
                                                          : nullptr;
  if (element == nullptr) {
    out += "/>\n";
    return;
  }
  const auto* code = find_code(finding.code);
  fmt::format_to(write, ">\n      <{0} message=\"{1}\"{2}>{3}</{0}>\n    </testcase>\n", element, xml(finding.message),
                 finding.state == State::skipped ? std::string() : fmt::format(" type=\"{}\"", finding.code),
                 code != nullptr ? xml(code->hint) : "");
}

// github.com/actions/toolkit, packages/core/src/command.ts: what a command's message and properties escape.
std::string command_text(std::string_view text, bool property) {
  std::string out;
  for (const char c : one_line(text)) {
    if (c == '%') {
      out += "%25";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace render_ci

std::string junit(const Report& report) {
  std::string out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<testsuites>\n";
  const auto write = std::back_inserter(out);
  for (const auto& target : report.targets) {
    const auto count = [&](auto wanted) { return std::ranges::count_if(target.outcomes, wanted); };
    const auto is = [](State state) {
      return [state](const Outcome& outcome) { return outcome.finding.state == state; };
    };
    fmt::format_to(write,
                   "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\" "
                   "timestamp=\"{}\">\n",
                   render_ci::xml(target.name), target.outcomes.size(),
                   count([&](const Outcome& outcome) { return render_ci::fails(outcome, report.rules); }),
                   count(is(State::unknown)), count(is(State::skipped)), target.seconds, rfc3339(report.unix_s));
    for (const auto& outcome : target.outcomes) render_ci::append_case(out, target, outcome, report.rules);
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

std::string github(const Report& report) {
  std::string out;
  for (const auto& target : report.targets) {
    for (const auto& outcome : target.outcomes) {
      const auto& finding = outcome.finding;
      if (finding.state < State::unknown && !render_ci::fails(outcome, report.rules)) continue;
      const bool error = finding.state == State::crit || finding.state == State::idle;
      const auto* code = find_code(finding.code);
      const auto hint = code != nullptr && !code->hint.empty() ? fmt::format(" (try: {})", code->hint) : std::string();
      out += fmt::format("::{} title={}::{}\n", error ? "error" : "warning",
                         render_ci::command_text(fmt::format("{} {}", target.name, outcome.check->id), true),
                         render_ci::command_text(finding.message + hint, false));
    }
  }
  return out;
}

}  // namespace llmgw::health::rendering
