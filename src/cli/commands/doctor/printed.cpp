#include "cli/commands/doctor/printed.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "cli/help.h"
#include "cli/term/visible_text.h"
#include "core/base/clock.h"
#include "core/doctor/client_table.h"
#include "core/json/writer.h"

namespace llmgw::cli::doctoring {
namespace printed {

using doctor::State;

Style style_of(State state) {
  switch (state) {
    case State::ok: return Style::green;
    case State::crit: return Style::red;
    case State::warn: return Style::yellow;
    case State::skipped:
    case State::idle:
    case State::unknown: return Style::dim;
  }
  return Style::dim;
}

std::size_t check_width(const doctor::Findings& findings) {
  std::size_t width = 0;
  for (const auto& finding : findings) width = std::max(width, finding.check.size());
  return width;
}

/// `2 crit, 1 warn, 9 ok`.
std::string counted(const doctor::Findings& findings) {
  std::string out;
  for (const auto state : {State::crit, State::warn, State::unknown, State::skipped, State::ok}) {
    const auto count = std::ranges::count(findings, state, &doctor::Finding::state);
    if (count != 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, state_name(state));
  }
  return out;
}

std::string sentence(const doctor::Finding& finding, const doctor::Redactor& redact) {
  const auto text = finding.subject.empty() ? finding.says : finding.subject + ": " + finding.says;
  return on_one_line(redact(text));
}

void write_finding(json::Writer& json, const doctor::Finding& finding, const doctor::Redactor& redact) {
  json.begin_object();
  json.member("check", finding.check);
  json.member("state", state_name(finding.state));
  json.member("subject", redact(finding.subject));
  json.member("says", redact(finding.says));
  json.key("mend");
  if (finding.mend.empty()) {
    json.null();
  } else {
    json.string(redact(finding.mend));
  }
  json.end_object();
}

void add_variables(std::string& out, const doctor::Facts& facts, const doctor::Redactor& redact) {
  out += "\n## Variables that are set\n\n";
  for (const auto& [name, value] : facts.variables) {
    const auto rows = doctor::variables();
    const auto row = std::ranges::find(rows, name, &doctor::Variable::name);
    const bool shown = row != rows.end() && !row->secret;
    out += fmt::format("- {}{}\n", name, shown ? " = " + on_one_line(redact(value.reveal())) : std::string());
  }
  if (facts.variables.empty()) out += "- none\n";
}

void add_files(std::string& out, const doctor::Facts& facts, const doctor::Redactor& redact) {
  out += "\n## Files\n\n";
  const auto add = [&](const doctor::File& file) {
    if (file.exists) out += fmt::format("- {} ({:04o})\n", redact(file.path), file.mode);
  };
  add(facts.config);
  add(facts.token_file);
  for (const auto& file : facts.client_files) add(file);
}

void add_gateways(std::string& out, const doctor::Facts& facts, const doctor::Redactor& redact) {
  if (facts.running.empty()) return;
  out += "\n## Running gateways\n\n";
  for (const auto& one : facts.running) {
    const auto& status = one.status;
    if (!one.problem.empty()) {
      out += fmt::format("- {}: {}\n", redact(one.socket), redact(one.problem));
      continue;
    }
    out += fmt::format("- llmgw {}, {}, started {}, {} models, {} requests, {} failed\n", status.version, status.state,
                       rfc3339(status.started_unix_s), status.models.size(), status.counters.requests,
                       status.counters.failed);
  }
}

}  // namespace printed

std::string as_table(const Examined& examined, const Terminal& terminal) {
  using namespace printed;
  constexpr std::size_t state_width = 9;
  constexpr std::size_t narrowest = 24;
  const auto indent = state_width + check_width(examined.findings) + 2;
  const auto all = static_cast<std::size_t>(std::max(terminal.columns, 20));
  // On a narrow terminal the sentence goes below its check, where it has the whole width.
  const bool beside = all >= indent + narrowest;
  const std::string margin(beside ? indent : 2, ' ');
  std::string out;
  for (const auto& finding : examined.findings) {
    const auto name = state_name(finding.state);
    out += styled(terminal, style_of(finding.state), name) + std::string(state_width - name.size(), ' ');
    auto text = wrapped(sentence(finding, examined.redact), all, margin);
    out += finding.check;
    if (beside) {
      out += std::string(indent - state_width - finding.check.size(), ' ') + text.substr(margin.size());
    } else {
      out += "\n" + text;
    }
    if (!out.ends_with('\n')) out += "\n";
    if (finding.mend.empty()) continue;
    out += wrapped("mend: " + on_one_line(examined.redact(finding.mend)), all, margin);
    if (!out.ends_with('\n')) out += "\n";
  }
  return out + counted(examined.findings) + "\n";
}

std::string as_json(const Examined& examined) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.member("version", examined.facts.version);
  json.member("time", rfc3339(examined.facts.now_unix_s));
  json.key("client");
  if (examined.client.empty()) {
    json.null();
  } else {
    json.string(examined.client);
  }
  json.member("state", state_name(doctor::worst(examined.findings)));
  json.key("findings");
  json.begin_array();
  for (const auto& finding : examined.findings) printed::write_finding(json, finding, examined.redact);
  json.end_array();
  json.end_object();
  return out + "\n";
}

std::string as_jsonl(const Examined& examined) {
  std::string out;
  for (const auto& finding : examined.findings) {
    json::Writer json(out);
    printed::write_finding(json, finding, examined.redact);
    out += "\n";
  }
  return out;
}

std::string as_report(const Examined& examined, std::string_view system) {
  const auto& facts = examined.facts;
  auto out =
      fmt::format("# llmgw doctor{}{}\n\nllmgw {}, {}, {}\n\n## Findings\n\n", examined.client.empty() ? "" : " ",
                  examined.client, facts.version, system, rfc3339(facts.now_unix_s));
  for (const auto& finding : examined.findings) {
    out += fmt::format("- **{}** `{}` {}\n", state_name(finding.state), finding.check,
                       printed::sentence(finding, examined.redact));
  }
  printed::add_variables(out, facts, examined.redact);
  printed::add_files(out, facts, examined.redact);
  printed::add_gateways(out, facts, examined.redact);
  return out;
}

doctor::Redactor redactor_for(const doctor::Facts& facts) {
  std::vector<Secret> secrets{facts.token};
  for (const auto& [name, value] : facts.variables) {
    const auto rows = doctor::variables();
    const auto row = std::ranges::find(rows, name, &doctor::Variable::name);
    // Those that only a client's file names are taken for keys: that is what files name variables for.
    if (row == rows.end() || row->secret) secrets.push_back(value);
  }
  return {std::move(secrets), facts.home};
}

}  // namespace llmgw::cli::doctoring
