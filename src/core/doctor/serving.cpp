#include <fmt/format.h>

#include <algorithm>

#include "core/base/clock.h"
#include "core/doctor/judges.h"

namespace llmgw::doctor {
namespace serving {

bool answers(const Running& one) { return one.problem.empty(); }

/// Calls `judge` for every gateway that answered; says so where none did.
template <class Judge>
void each(const Facts& facts, Findings& findings, Judge&& judge) {
  if (std::ranges::none_of(facts.running, answers)) {
    findings.push_back({.state = State::skipped, .says = "no llmgw serve of this user runs"});
    return;
  }
  for (const auto& one : facts.running) {
    if (!answers(one)) continue;
    Finding found{.subject = fmt::format("process {}", one.status.pid)};
    judge(one, found);
    findings.push_back(std::move(found));
  }
}

void judge_config(const Running& one, Finding& found) {
  const auto& status = one.status;
  if (status.config_file.empty()) {
    found.says = "runs without a configuration file";
    return;
  }
  const auto reload = fmt::format("kill -HUP {}", status.pid);
  if (!one.config_mtime_now) {
    found.state = State::warn;
    found.says = status.config_file + " is gone; it goes on with what it has read";
    found.mend = "bring the file back before the next start";
  } else if (*one.config_mtime_now != status.config_mtime_unix_s) {
    found.state = State::warn;
    found.says = fmt::format("{} was changed at {}, and read last at {}", status.config_file,
                             rfc3339(*one.config_mtime_now), rfc3339(status.config_loaded_unix_s));
    found.mend = "llmgw config validate " + status.config_file + " && " + reload;
  } else {
    found.says = "runs with " + status.config_file + " as it is now";
  }
}

}  // namespace serving

void judges::serve_version(const Facts& facts, Findings& findings) {
  serving::each(facts, findings, [&](const Running& one, Finding& found) {
    found.says = "llmgw " + one.status.version;
    if (one.status.version == facts.version) return;
    found.state = State::warn;
    found.says += fmt::format(" still runs, and this program is {}", facts.version);
    found.mend = "restart it: systemctl --user restart llmgw, or stop and start it as you did before";
  });
}

void judges::serve_config(const Facts& facts, Findings& findings) {
  serving::each(facts, findings, serving::judge_config);
}

void judges::serve_socket(const Facts& facts, Findings& findings) {
  const auto before = findings.size();
  for (const auto& one : facts.running) {
    Finding found{.subject = one.socket, .says = "answers"};
    if (!serving::answers(one)) {
      found.state = State::warn;
      found.says = one.problem;
      found.mend = "rm " + one.socket + " if no serve runs behind it; the next start makes its own";
    }
    findings.push_back(std::move(found));
  }
  if (findings.size() == before) findings.push_back({.state = State::skipped, .says = "there is no control socket"});
}

}  // namespace llmgw::doctor
