#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/config/config.h"

namespace check_test {

using namespace llmgw;

std::string verdict_of(std::string_view text, const config::LoadOptions& options = {}) {
  auto result = config::load_text(text, "t.toml", FixedEnv{}, options);
  return result ? "ok" : result.error().message;
}

std::string model(std::string_view params) { return "[[model]]\nname = \"m\"\n[model.params]\n" + std::string(params); }

TEST_CASE("what is wrong with a configuration is named with its place", "[config]") {
  struct Row {
    std::string text;
    std::string_view part;
  };
  const auto row = GENERATE(values<Row>({
      {model("provider = \"vlm\"\n"), "t.toml:4:1: model[0].params.provider: unknown provider \"vlm\"; did you mean"},
      {model("provider = \"openai\"\n"), "t.toml:4:1: model[0].params.api_key: api_key missing"},
      {model("provider = \"vllm\"\n"), "api_base missing: provider vllm has no address"},
      {model("api_base = \"127.0.0.1:8000\"\n"), "t.toml:4:1: model[0].params.api_base: \"127.0.0.1:8000\" is no"},
      {model("api_base = \"http://h\"\nauth_header_format = \"{x}\"\n"),
       "t.toml:5:1: model[0].params.auth_header_format"},
      {model("api_base = \"http://h\"\nauth_header_name = \"Content-Type\"\n"), "the header Content-Type is reserved"},
      {model("api_base = \"http://h\"\napi_key = \"a b\"\n"), "the key holds white space"},
      {model("api_base = \"http://h\"\nheaders = { host = \"x\" }\n"), "the header host is reserved"},
      {model("api_base = \"http://h\"\nheaders = { x = \"a\\nb\" }\n"), "the value holds a control character"},
      {model("api_base = \"http://h\"\nversion_segment = \"a/b\"\n"), "must be one path segment"},
      {model("provider = \"ollama\"\n") + model("provider = \"ollama\"\n"),
       "t.toml:6:1: model[1].name: the name \"m\" is used twice"},
      {"[[model]]\nname = \"\"\n", "t.toml:2:1: model[0].name: must not be empty"},
      {"[server]\nlisten = \"4000\"\n", "t.toml:2:1: server.listen[0]: \"4000\" is no listen address"},
      {"[server]\nallow_origins = [\"example.com\"]\n", "is no origin"},
      {"[server]\nallow_origins = [\"https://a.example/x\"]\n", "is no origin"},
      {"[server]\nallow_hosts = [\"a b\"]\n", "is no host name"},
      {"[server]\nmax_bodies_bytes = 2000000\n",
       "t.toml:2:1: server.max_bodies_bytes: 2000000 is less than one body may have ([server] max_body_bytes = "
       "33554432)"},
      {"[server]\ntoken = \"a b\"\n", "t.toml:2:1: server.token: the key holds"},
      {"[alias.map]\nA = \"x\"\na = \"y\"\n", "without letter case"},
      {model("provider = \"ollama\"\n") + "[alias]\nmodel = \"mm\"\n",
       "t.toml:6:1: alias.model: there is no [[model]] \"mm\"; did you mean \"m\"?"},
      {model("provider = \"ollama\"\n") + "[alias]\nmodel = \"nobody\"\n",
       "there is no [[model]] \"nobody\"; there are m"},
      {model("provider = \"ollama\"\n") + "[alias.map]\ngpt = \"mm\"\n",
       "t.toml:6:1: alias.map.gpt: there is no [[model]] \"mm\"; did you mean \"m\"?"},
      {"profile = \"x\"\n", "t.toml:1:1: profile: there is no [profiles.x]"},
      {"[profiles.p]\nkind = \"opnai\"\nbase_url = \"http://h\"\n", "unknown kind \"opnai\"; did you mean \"openai\"?"},
      {"[profiles.p]\nkind = \"openai\"\napi_key = \"a\"\napi_key_env = \"b\"\n", "exclude each other"},
      {"[profiles.p]\nbase_url = \"x\"\n", "profiles.p.base_url"},
      {"[profiles.p]\nkind = \"sglang\"\n", "profiles.p.base_url: base_url missing: sglang has no address"},
      {"[[model]]\nname = \"m\"\nkind = \"vlm\"\n",
       "t.toml:3:1: model[0].kind: unknown kind \"vlm\"; did you mean \"vllm\"?"},
      {"[[model]]\nname = \"m\"\nmetrics_url = \"gpu1:9000\"\n",
       "t.toml:3:1: model[0].metrics_url: \"gpu1:9000\" is no"},
      {"[[model]]\nname = \"m\"\ndcgm_url = \"http://u:p@gpu1\"\n", "model[0].dcgm_url"},
      {"[[model]]\nname = \"m\"\ngpu_host = \"-oProxyCommand=x\"\n", "is no host: use [USER@]HOST"},
      {"[[model]]\nname = \"m\"\ngroups = [\"a\", \"@b\"]\n", "model[0].groups[1]: \"@b\" is no name of a group"},
      {model("api_base = \"http://h\"\nclient_key = \"k\"\n"),
       "model[0].params.client_key: client_key needs client_cert"},
      {model("api_base = \"http://h\"\nproxy = \"proxy:3128\"\n"), "model[0].params.proxy: must be the proxy's URL"},
  }));
  CAPTURE(row.text);
  CHECK(verdict_of(row.text).find(row.part) != std::string::npos);
}

TEST_CASE("the model that runs may be one that is served, also under any name", "[config]") {
  const std::string alias = "[alias]\nmodel = \"m\"\nmap = { gpt = \"m\" }\n";
  CHECK(verdict_of(model("provider = \"ollama\"\n") + alias) == "ok");
  CHECK(verdict_of(alias) == "ok");
  CHECK(verdict_of("[[model]]\nname = \"*\"\n[model.params]\nprovider = \"ollama\"\n" + alias) == "ok");
}

TEST_CASE("a bind beyond loopback is refused unless it is allowed", "[config]") {
  const std::string text = "[server]\nlisten = [\"127.0.0.1:1\", \"0.0.0.0:4000\"]\n";
  CHECK(verdict_of(text).starts_with("t.toml:2:26: server.listen[1]: 0.0.0.0:4000 is reachable"));
  CHECK(verdict_of(text + "insecure_bind = true\n") == "ok");
  CHECK(verdict_of(text, {.insecure_bind = true}) == "ok");
  CHECK(verdict_of("[server]\nlisten = [\"localhost:1\", \"[::1]:2\", \"unix:/x\"]\n") == "ok");
}

TEST_CASE("no secret is repeated in a message", "[config]") {
  for (const auto* text :
       {"[server]\ntoken = \"hunter 2\"\n", "[[model]]\nname = \"m\"\n[model.params]\nproxy = \"u:hunter@proxy\"\n",
        "[[model]]\nname = \"m\"\n[model.params]\napi_base = "
        "\"https://u:hunter@h\"\napi_key = \"hunter 2\"\n"}) {
    const auto verdict = verdict_of(text);
    CHECK(verdict != "ok");
    CHECK(verdict.find("hunter") == std::string::npos);
  }
}

TEST_CASE("a configuration made without a file is judged without places", "[config]") {
  config::Config config;
  auto& model = config.models.emplace_back();
  model.name = "m";
  model.params.provider = "antropic";
  const auto verdict = config::verdict(config::check(config));
  REQUIRE_FALSE(verdict);
  CHECK(verdict.error().message ==
        "model[0].params.provider: unknown provider \"antropic\"; did you mean \"anthropic\"?");
}

}  // namespace check_test
