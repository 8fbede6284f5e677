#include <fmt/format.h>
#include <array>

#include "core/doctor/address.h"
#include "core/doctor/judges.h"
#include "core/json/view.h"

namespace llmgw::doctor {
namespace claude {

constexpr std::string_view set_up = "eval \"$(llmgw env --for claude)\"";

// Each makes Claude Code talk to that cloud in place of ANTHROPIC_BASE_URL (code.claude.com/docs, "Enterprise
// deployment").
constexpr std::array clouds{"CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY"};

/// The variable as Claude Code sees it: an `env` entry of a settings file replaces the shell's, later files win
/// (code.claude.com/docs, "Settings").
MaybeSetting in_effect(const Facts& facts, std::string_view name) {
  auto found = shell_setting(facts, name);
  for (const auto& file : facts.client_files) {
    const auto settings = json::parse(file.text.reveal());
    if (!settings) continue;
    const auto value = (*settings)["env"][name].string();
    if (!value) continue;
    found = value->empty() ? MaybeSetting{} : Setting{Secret(*value), fmt::format("{} in {}", name, file.path)};
  }
  return found;
}

void judge_overridden(const Facts& facts, std::string_view name, const MaybeSetting& effective, Findings& findings) {
  const auto shell = shell_setting(facts, name);
  if (!shell || (effective && effective->value == shell->value)) return;
  findings.push_back({.state = State::warn,
                      .subject = std::string(name),
                      .says = fmt::format("the shell's value does not count: {} replaces it",
                                          effective ? effective->where : "an empty entry of a settings file"),
                      .mend = "remove one of the two"});
}

void judge_clouds(const Facts& facts, Findings& findings) {
  for (const auto* name : clouds) {
    const auto setting = in_effect(facts, name);
    if (!setting || setting->value.reveal() == "0" || setting->value.reveal() == "false") continue;
    findings.push_back({.state = State::crit,
                        .subject = setting->where,
                        .says = "sends Claude Code to that cloud; ANTHROPIC_BASE_URL does not count then",
                        .mend = fmt::format("unset {}", name)});
  }
}

}  // namespace claude

void judges::claude(const Facts& facts, Findings& findings) {
  using claude::in_effect;
  for (const auto& file : facts.client_files) {
    const auto settings = json::parse(file.text.reveal());
    if (file.exists && !settings) judge_readable(file, settings.error().message, findings);
  }
  claude::judge_clouds(facts, findings);
  const auto address = in_effect(facts, "ANTHROPIC_BASE_URL");
  const auto token = in_effect(facts, "ANTHROPIC_AUTH_TOKEN");
  const auto key = in_effect(facts, "ANTHROPIC_API_KEY");
  claude::judge_overridden(facts, "ANTHROPIC_BASE_URL", address, findings);
  claude::judge_overridden(facts, "ANTHROPIC_AUTH_TOKEN", token, findings);
  if (!address) {
    findings.push_back({.state = State::warn,
                        .subject = "ANTHROPIC_BASE_URL",
                        .says = "is not set: Claude Code asks api.anthropic.com",
                        .mend = std::string(claude::set_up)});
    return;
  }
  judge_address(facts, *address, Appends::version, findings);
  if (token && key) {
    findings.push_back({.state = State::warn,
                        .subject = token->where + ", " + key->where,
                        .says = "both are set: two credentials are sent, and servers differ in which one they take",
                        .mend = "unset ANTHROPIC_API_KEY"});
  }
  judge_key(facts, {*address, token ? token : key, claude::set_up}, findings);
}

}  // namespace llmgw::doctor
