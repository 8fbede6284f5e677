#include <fmt/format.h>

#include "core/doctor/judges.h"

namespace llmgw::doctor {
namespace configuration {

constexpr std::uint32_t others_may_read = 0044;
constexpr std::uint32_t others_may_write = 0022;

/// Whether a file that holds a credential is its owner's alone.
void judge_mode(const File& file, std::string_view holds, Findings& findings) {
  if (!file.exists) return;
  Finding found{.subject = file.path};
  found.says = fmt::format("mode {:04o}, holds {}", file.mode, holds);
  if ((file.mode & (others_may_read | others_may_write)) != 0) {
    found.state = State::crit;
    found.says +=
        fmt::format(": other users of this machine may {} it", (file.mode & others_may_write) != 0 ? "change" : "read");
    found.mend = "chmod 600 " + file.path;
  } else if (!file.own) {
    found.state = State::warn;
    found.says += ", and belongs to another user";
    found.mend = fmt::format("chown \"$(id -u)\" {}", file.path);
  }
  findings.push_back(std::move(found));
}

}  // namespace configuration

void judges::config_file(const Facts& facts, Findings& findings) {
  if (!facts.config_file) {
    findings.push_back({.says = "there is no configuration file; serve needs --upstream then",
                        .mend = "llmgw config init writes one to start from"});
    return;
  }
  Finding found{.subject = *facts.config_file, .says = "valid"};
  if (!facts.config_problem.empty()) {
    found.state = State::crit;
    found.says = facts.config_problem;
    found.mend = "mend the file; llmgw config validate says when it is right";
  }
  findings.push_back(std::move(found));
}

void judges::config_variables(const Facts& facts, Findings& findings) {
  if (!facts.config_file || !facts.config_problem.empty()) {
    findings.push_back({.state = State::skipped, .says = "there is no valid configuration to look at"});
    return;
  }
  Finding found{.subject = *facts.config_file, .says = "every variable that serve needs is set"};
  if (!facts.missing_variables.empty()) {
    found.state = State::warn;
    found.says = "serve would not start from here: " + facts.missing_variables;
    found.mend = "set the variable, here or in the unit that runs serve (Environment= or EnvironmentFile=)";
  }
  findings.push_back(std::move(found));
}

void judges::credential_modes(const Facts& facts, Findings& findings) {
  const auto before = findings.size();
  configuration::judge_mode(facts.token_file, "the local token", findings);
  if (facts.config_holds_keys) configuration::judge_mode(facts.config, "credentials", findings);
  for (const auto& file : facts.client_files) {
    if (!file.text.empty()) configuration::judge_mode(file, "what may be a credential", findings);
  }
  if (findings.size() == before) findings.push_back({.says = "no file of this user holds a credential for llmgw"});
}

void judges::token(const Facts& facts, Findings& findings) {
  if (!facts.token_required) {
    findings.push_back({.state = State::warn,
                        .says = "auth = \"none\": every program of this machine may spend your keys",
                        .mend = "remove auth = \"none\" from [server]; llmgw env gives the token to other programs"});
    return;
  }
  Finding found{.subject = facts.token_file.path, .says = "the local token is there"};
  if (!facts.token_file.problem.empty()) {
    found.state = State::crit;
    found.says = facts.token_file.problem;
    found.mend = "remove the file; the next start of serve makes one";
  } else if (facts.token.empty() && facts.token_file.exists) {
    found.state = State::crit;
    found.says = "the token file is empty: serve refuses to start";
    found.mend = "remove the file; the next start of serve makes one";
  } else if (facts.token.empty()) {
    found.says = "there is no local token yet; the first start of serve makes one";
  } else if (facts.variables.contains("LLMGW_TOKEN")) {
    found.subject = "LLMGW_TOKEN";
  }
  findings.push_back(std::move(found));
}

}  // namespace llmgw::doctor
