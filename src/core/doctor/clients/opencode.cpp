#include <fmt/format.h>

#include "core/doctor/address.h"
#include "core/doctor/judges.h"
#include "core/doctor/loose_formats.h"
#include "core/json/view.h"

namespace llmgw::doctor {
namespace opencode {

constexpr std::string_view set_up =
    "in opencode.json: provider.llmgw with npm = \"@ai-sdk/openai-compatible\", options.baseURL = "
    "\"http://127.0.0.1:4000/v1\", options.apiKey = \"{env:LLMGW_TOKEN}\", and models";

/// A text whose `{env:NAME}` is replaced, as OpenCode does it (opencode.ai/docs/config, "Variables"): an unset one by
/// nothing, which becomes a finding.
MaybeSetting resolved(const Facts& facts, json::View value, const std::string& where, Findings& findings) {
  auto text = value.string().value_or("");
  constexpr std::string_view open = "{env:";
  const auto at = text.find(open);
  const auto close = at == std::string::npos ? at : text.find('}', at);
  if (close != std::string::npos) {
    const auto name = text.substr(at + open.size(), close - at - open.size());
    const auto variable = shell_setting(facts, name);
    if (!variable) {
      findings.push_back({.state = State::crit,
                          .subject = name,
                          .says = fmt::format("{} names this variable, and it is not set here", where),
                          .mend = fmt::format("export {}=...", name)});
      return std::nullopt;
    }
    text.replace(at, close - at + 1, variable->value.reveal());
  }
  if (text.empty()) return std::nullopt;
  return Setting{Secret(std::move(text)), where};
}

/// The key that `opencode auth login` has kept for a provider.
MaybeSetting kept_key(const Facts& facts, std::string_view provider) {
  for (const auto& file : facts.client_files) {
    if (!file.path.ends_with("/auth.json")) continue;
    const auto keys = json::parse(file.text.reveal());
    const auto key = keys ? (*keys)[provider]["key"].string() : std::nullopt;
    if (key) return Setting{Secret(*key), fmt::format("{} in {}", provider, file.path)};
  }
  return std::nullopt;
}

/// `provider.NAME` of a file.
struct Provider {
  const File& file;
  std::string_view name;
  json::View row;
};

void judge_provider(const Facts& facts, const Provider& provider, Findings& findings) {
  const auto& [file, name, row] = provider;
  const auto place = fmt::format("provider.{}.options", name);
  const auto options = row["options"];
  const auto before = findings.size();
  const auto address = resolved(facts, options["baseURL"], fmt::format("{}.baseURL in {}", place, file.path), findings);
  if (!address) {
    if (findings.size() != before || !row["npm"].equals("@ai-sdk/openai-compatible")) return;
    findings.push_back({.state = State::crit,
                        .subject = file.path,
                        .says = fmt::format("provider.{} is openai-compatible and has no options.baseURL", name),
                        .mend = std::string(set_up)});
    return;
  }
  judge_address(facts, *address, Appends::endpoint, findings);
  const auto told = findings.size();
  auto key = resolved(facts, options["apiKey"], fmt::format("{}.apiKey in {}", place, file.path), findings);
  if (findings.size() != told) return;
  if (!key) key = kept_key(facts, name);
  judge_key(facts, {*address, key, set_up}, findings);
}

}  // namespace opencode

void judges::opencode(const Facts& facts, Findings& findings) {
  const auto before = findings.size();
  for (const auto& file : facts.client_files) {
    if (!file.exists || file.path.ends_with("/auth.json")) continue;
    const auto plain = plain_json(file.text.reveal());
    const auto settings = json::parse(plain);
    if (!settings) {
      judge_readable(file, settings.error().message, findings);
      continue;
    }
    for (const auto& [name, row] : (*settings)["provider"].members()) {
      opencode::judge_provider(facts, {file, name, row}, findings);
    }
  }
  if (findings.size() != before) return;
  findings.push_back({.state = State::warn,
                      .says = "no file of OpenCode names a provider with an address: it does not use a gateway",
                      .mend = std::string(opencode::set_up)});
}

}  // namespace llmgw::doctor
