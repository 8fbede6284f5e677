#include <fmt/format.h>

#include "core/doctor/address.h"
#include "core/doctor/clients/codex_file.h"
#include "core/doctor/judges.h"

namespace llmgw::doctor {
namespace codex {

constexpr std::string_view set_up =
    "in config.toml: model_provider = \"llmgw\", and [model_providers.llmgw] with base_url = "
    "\"http://127.0.0.1:4000/v1\", env_key = \"LLMGW_TOKEN\", wire_api = \"responses\"";

/// The address that is in effect, or nullopt with a finding that says why there is none.
MaybeSetting address_of(const Facts& facts, const File& file, const CodexFile& read, Findings& findings) {
  const bool own = read.provider != "openai";
  if (own && read.has_table && !read.base_url.empty()) {
    return Setting{Secret(read.base_url), fmt::format("[model_providers.{}] base_url in {}", read.provider, file.path)};
  }
  if (own) {
    const auto what = read.has_table ? "has no base_url" : "is not there";
    findings.push_back(
        {.state = State::crit,
         .subject = file.path,
         .says = fmt::format("model_provider is \"{0}\", and [model_providers.{0}] {1}", read.provider, what),
         .mend = std::string(set_up)});
    return std::nullopt;
  }
  if (!read.openai_base_url.empty()) return Setting{Secret(read.openai_base_url), "openai_base_url in " + file.path};
  if (auto shell = shell_setting(facts, "OPENAI_BASE_URL")) return shell;
  findings.push_back({.state = State::warn,
                      .subject = file.path,
                      .says = "Codex is not pointed at a gateway: it asks OpenAI",
                      .mend = std::string(set_up)});
  return std::nullopt;
}

MaybeSetting key_of(const Facts& facts, const File& file, const CodexFile& read, Findings& findings) {
  if (read.provider == "openai") return shell_setting(facts, "OPENAI_API_KEY");
  if (!read.env_key.empty()) {
    auto key = shell_setting(facts, read.env_key);
    if (!key) {
      findings.push_back({.state = State::crit,
                          .subject = read.env_key,
                          .says = "env_key names this variable, and it is not set here",
                          .mend = fmt::format("export {}=\"$(cat ~/.local/state/llmgw/token)\"", read.env_key)});
    }
    return key;
  }
  if (read.bearer.empty()) return std::nullopt;
  return Setting{read.bearer, "experimental_bearer_token in " + file.path};
}

void judge_wire(const File& file, const CodexFile& read, Findings& findings) {
  Finding found{.subject = file.path};
  if (read.wire_api.empty() || read.wire_api == "responses") {
    found.says =
        "Codex speaks the Responses API; llmgw passes /v1/responses to the upstream unchanged, so that must serve it";
  } else {
    found.state = State::crit;
    found.says = fmt::format("wire_api = \"{}\": Codex takes \"responses\" alone since 2026", read.wire_api);
    found.mend = "set wire_api = \"responses\"";
  }
  findings.push_back(std::move(found));
}

}  // namespace codex

void judges::codex(const Facts& facts, Findings& findings) {
  const File none{.path = "config.toml"};
  const auto& file = facts.client_files.empty() ? none : facts.client_files.front();
  const auto read = read_codex_file(file);
  if (!read) return judge_readable(file, read.error().message, findings);
  for (const auto& name : read->overridden) {
    findings.push_back({.state = State::warn,
                        .subject = file.path,
                        .says = fmt::format("[model_providers.{}] is ignored: that provider is built in", name),
                        .mend = "give the table another name, or set openai_base_url"});
  }
  const auto address = codex::address_of(facts, file, *read, findings);
  if (!address) return;
  judge_address(facts, *address, Appends::endpoint, findings);
  codex::judge_wire(file, *read, findings);
  const auto before = findings.size();
  const auto key = codex::key_of(facts, file, *read, findings);
  if (findings.size() == before)
    judge_key(facts, {*address, key, "set env_key = \"LLMGW_TOKEN\" and export LLMGW_TOKEN"}, findings);
}

}  // namespace llmgw::doctor
