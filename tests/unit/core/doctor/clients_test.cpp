#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/doctor/check.h"
#include "core/doctor/client_table.h"

namespace doctor_clients_test {

using namespace llmgw;
using doctor::State;

constexpr auto token = "llmgw-token";

/// A gateway runs on port 4000 and wants its token.
doctor::Facts with_gateway() {
  doctor::Facts facts;
  facts.token = Secret(token);
  facts.listening_known = true;
  facts.listening = {4000};
  doctor::Running one{.socket = "s"};
  one.status.listeners = {"http://127.0.0.1:4000"};
  facts.running = {one};
  return facts;
}

void set(doctor::Facts& facts, std::string name, std::string value) {
  facts.variables[std::move(name)] = Secret(std::move(value));
}

void add_file(doctor::Facts& facts, std::string path, std::string text) {
  facts.client_files.push_back(
      {.path = std::move(path), .exists = true, .mode = 0600, .own = true, .text = Secret(std::move(text))});
}

/// The findings of the client's own check.
doctor::Findings of(const doctor::Facts& facts, std::string_view client) {
  doctor::Findings some;
  for (auto& finding : doctor::examine(facts, client)) {
    if (finding.check == "client." + std::string(client)) some.push_back(finding);
    CHECK_FALSE(finding.says.contains(token));
    CHECK_FALSE(finding.says.contains("stale-key"));
    CHECK_FALSE(finding.mend.contains(token));
  }
  REQUIRE_FALSE(some.empty());
  return some;
}

State state(const doctor::Facts& facts, std::string_view client) { return doctor::worst(of(facts, client)); }

/// One finding of that state says this, with a mend.
bool says(const doctor::Facts& facts, std::string_view client, State wanted, std::string_view text) {
  for (const auto& finding : of(facts, client)) {
    if (finding.state == wanted && (finding.subject + " " + finding.says).contains(text))
      return wanted == State::ok || !finding.mend.empty();
  }
  return false;
}

doctor::Facts claude(std::string url, std::string key = token) {
  auto facts = with_gateway();
  set(facts, "ANTHROPIC_BASE_URL", std::move(url));
  if (!key.empty()) set(facts, "ANTHROPIC_AUTH_TOKEN", std::move(key));
  return facts;
}

std::string codex_file(std::string_view more) {
  return "model_provider = \"llmgw\"\n[model_providers.llmgw]\n" + std::string(more);
}

TEST_CASE("Claude Code that is set up well has nothing to mend", "[doctor]") {
  CHECK(state(claude("http://127.0.0.1:4000"), "claude") == State::ok);
  CHECK(state(claude("http://localhost:4000/"), "claude") == State::ok);
}

TEST_CASE("the usual mistakes with Claude Code are told apart", "[doctor]") {
  CHECK(says(with_gateway(), "claude", State::warn, "asks api.anthropic.com"));
  CHECK(says(claude("http://127.0.0.1:4000/v1"), "claude", State::crit, "appends another"));
  CHECK(says(claude("http://127.0.0.1:4000/v1/messages"), "claude", State::crit, "appends itself"));
  CHECK(says(claude("https://127.0.0.1:4000"), "claude", State::crit, "speaks http"));
  CHECK(says(claude("http://127.0.0.1:4001"), "claude", State::crit, "nothing listens on port 4001"));
  CHECK(says(claude("127.0.0.1:4000"), "claude", State::crit, "no address"));
  CHECK(says(claude("http://127.0.0.1:4000", ""), "claude", State::crit, "there is no key"));
  CHECK(says(claude("http://127.0.0.1:4000", "stale-key"), "claude", State::crit, "stale"));
  auto both = claude("http://127.0.0.1:4000");
  set(both, "ANTHROPIC_API_KEY", "stale-key");
  CHECK(says(both, "claude", State::warn, "both are set"));
  auto cloud = claude("http://127.0.0.1:4000");
  set(cloud, "CLAUDE_CODE_USE_BEDROCK", "1");
  CHECK(says(cloud, "claude", State::crit, "to that cloud"));
  set(cloud, "CLAUDE_CODE_USE_BEDROCK", "0");
  CHECK(state(cloud, "claude") == State::ok);
}

TEST_CASE("an address with a password in it is not repeated", "[doctor][req-29]") {
  for (const auto& finding : of(claude("http://me:hunter2@127.0.0.1:4000"), "claude")) {
    CHECK_FALSE((finding.subject + finding.says + finding.mend).contains("hunter2"));
  }
}

TEST_CASE("a settings file of Claude Code replaces the shell's variable, a project's the user's", "[doctor]") {
  auto facts = claude("http://127.0.0.1:9");
  add_file(facts, "/h/.claude/settings.json", R"({"env":{"ANTHROPIC_BASE_URL":"http://127.0.0.1:8"}})");
  add_file(facts, ".claude/settings.json", R"({"env":{"ANTHROPIC_BASE_URL":"http://127.0.0.1:4000"}})");
  CHECK(says(facts, "claude", State::ok, "in .claude/settings.json"));
  CHECK(says(facts, "claude", State::warn, "the shell's value does not count"));
  add_file(facts, ".claude/settings.local.json", "{\"env\":");
  CHECK(says(facts, "claude", State::crit, ".claude/settings.local.json"));
}

TEST_CASE("a key for another server is not compared, an unknown token is told", "[doctor]") {
  CHECK(state(claude("https://gateway.example", "stale-key"), "claude") == State::ok);
  auto unknown = claude("http://127.0.0.1:4000", "stale-key");
  unknown.token = Secret();
  CHECK(state(unknown, "claude") == State::unknown);
  unknown.token_required = false;
  CHECK(state(unknown, "claude") == State::ok);
}

TEST_CASE("the usual mistakes with Codex are told apart", "[doctor]") {
  auto facts = with_gateway();
  CHECK(says(facts, "codex", State::warn, "asks OpenAI"));
  const auto with = [](const std::string& text) {
    auto given = with_gateway();
    set(given, "LLMGW_TOKEN", token);
    add_file(given, "/h/.codex/config.toml", text);
    return given;
  };
  const std::string good = "base_url = \"http://127.0.0.1:4000/v1\"\nenv_key = \"LLMGW_TOKEN\"\n";
  CHECK(state(with(codex_file(good)), "codex") == State::ok);
  CHECK(state(with(codex_file(good + "wire_api = \"responses\"")), "codex") == State::ok);
  CHECK(says(with(codex_file(good + "wire_api = \"chat\"")), "codex", State::crit, "\"responses\" alone"));
  CHECK(says(with(codex_file("name = \"x\"")), "codex", State::crit, "has no base_url"));
  CHECK(says(with("model_provider = \"other\""), "codex", State::crit, "is not there"));
  CHECK(says(with(codex_file("base_url = \"http://127.0.0.1:4000\"")), "codex", State::warn, "has no /v1"));
  CHECK(says(with(codex_file("base_url = \"http://127.0.0.1:4000/v1\"")), "codex", State::crit, "there is no key"));
  CHECK(says(with(codex_file("base_url = \"http://127.0.0.1:4000/v1\"\nenv_key = \"NOPE\"")), "codex", State::crit,
             "it is not set here"));
  CHECK(says(with(codex_file("base_url = \"http://127.0.0.1:4000/v1\"\nexperimental_bearer_token = \"stale-key\"")),
             "codex", State::crit, "stale"));
  CHECK(says(with("[model_providers.openai]\nbase_url = \"http://x\""), "codex", State::warn, "is built in"));
  CHECK(says(with("[broken"), "codex", State::crit, "config.toml:1"));
}

TEST_CASE("Codex's own provider can be moved by its key or the variable", "[doctor]") {
  auto facts = with_gateway();
  set(facts, "OPENAI_BASE_URL", "http://127.0.0.1:4000/v1");
  set(facts, "OPENAI_API_KEY", token);
  CHECK(state(facts, "codex") == State::ok);
  add_file(facts, "/h/.codex/config.toml", "openai_base_url = \"http://127.0.0.1:4001/v1\"");
  CHECK(says(facts, "codex", State::crit, "4001"));
}

TEST_CASE("Cursor needs an address that its servers reach", "[doctor]") {
  CHECK(says(with_gateway(), "cursor", State::warn, "public https address"));
  auto facts = with_gateway();
  facts.running[0].status.listeners.emplace_back("http://192.0.2.7:4000");
  CHECK(state(facts, "cursor") == State::ok);
}

TEST_CASE("addresses are found in Cline's files wherever they stand", "[doctor]") {
  CHECK(says(with_gateway(), "cline", State::warn, "not set up"));
  auto facts = with_gateway();
  add_file(facts, "providers.json",
           R"({"providers":{"openai":{"baseUrl":"http://127.0.0.1:4000/v1","apiKey":"llmgw-token"}}})");
  CHECK(state(facts, "cline") == State::ok);
  add_file(facts, "globalState.json", R"({"openAiBaseUrl":"http://127.0.0.1:4000/v1/chat/completions"})");
  CHECK(says(facts, "cline", State::crit, "appends itself"));
  add_file(facts, "more.json", R"({"a":{"baseUrl":"http://127.0.0.1:4000/v1","apiKey":"stale-key"}})");
  CHECK(says(facts, "cline", State::crit, "stale"));
  add_file(facts, "bad.json", "{");
  CHECK(says(facts, "cline", State::crit, "bad.json"));
}

TEST_CASE("the usual mistakes with OpenCode are told apart", "[doctor]") {
  CHECK(says(with_gateway(), "opencode", State::warn, "does not use a gateway"));
  const auto with = [](const std::string& options) {
    auto given = with_gateway();
    add_file(given, "opencode.jsonc",
             "{ // mine\n \"provider\": {\"llmgw\": {\"npm\": \"@ai-sdk/openai-compatible\", \"options\": {" + options +
                 "},},},}");
    return given;
  };
  const std::string address = "\"baseURL\": \"http://127.0.0.1:4000/v1\"";
  CHECK(state(with(address + R"(, "apiKey": "llmgw-token")"), "opencode") == State::ok);
  CHECK(says(with(address), "opencode", State::crit, "there is no key"));
  CHECK(says(with(""), "opencode", State::crit, "has no options.baseURL"));
  CHECK(says(with(R"("baseURL": "http://127.0.0.1:4000")"), "opencode", State::warn, "has no /v1"));
  auto named = with(address + R"(, "apiKey": "{env:LLMGW_TOKEN}")");
  CHECK(doctor::named_variables("opencode", named.client_files) == std::vector<std::string>{"LLMGW_TOKEN"});
  CHECK(says(named, "opencode", State::crit, "LLMGW_TOKEN"));
  set(named, "LLMGW_TOKEN", token);
  CHECK(state(named, "opencode") == State::ok);
  auto kept = with(address);
  add_file(kept, "/h/.local/share/opencode/auth.json", R"({"llmgw":{"type":"api","key":"llmgw-token"}})");
  CHECK(state(kept, "opencode") == State::ok);
}

TEST_CASE("the usual mistakes with aider are told apart", "[doctor]") {
  auto facts = with_gateway();
  CHECK(says(facts, "aider", State::warn, "asks the providers"));
  set(facts, "OPENAI_BASE_URL", "http://127.0.0.1:4000/v1");
  CHECK(says(facts, "aider", State::warn, "in place of OPENAI_BASE_URL"));
  set(facts, "OPENAI_API_BASE", "http://127.0.0.1:4000/v1");
  set(facts, "OPENAI_API_KEY", token);
  CHECK(state(facts, "aider") == State::ok);
  add_file(facts, "/h/.aider.conf.yml", "openai-api-base: http://127.0.0.1:1/v1\nmodel: qwen3\n");
  CHECK(says(facts, "aider", State::warn, "does not begin with openai/"));
  add_file(facts, ".env", "OPENAI_API_BASE=http://127.0.0.1:4000\nAIDER_MODEL=openai/qwen3\n");
  CHECK(says(facts, "aider", State::warn, "OPENAI_API_BASE in .env"));
}

}  // namespace doctor_clients_test
