#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/config/config.h"

namespace load_test {

using namespace llmgw;
using config::load_text;

config::Loaded loaded(std::string_view text, const Env& env = FixedEnv{}) {
  auto result = load_text(text, "t.toml", env);
  if (!result) FAIL(result.error().message);
  return *std::move(result);
}

std::string error_of(std::string_view text, const Env& env = FixedEnv{}, const config::LoadOptions& options = {}) {
  auto result = load_text(text, "t.toml", env, options);
  if (result) return "(no error)";
  CHECK(result.error().code == Errc::config);
  return result.error().message;
}

TEST_CASE("an empty file is the default configuration", "[config]") {
  CHECK(loaded("").config == config::Config{});
  CHECK(loaded("[server]\n[alias]\n").config == config::Config{});
}

TEST_CASE("every kind of value reaches its field", "[config]") {
  const auto config = loaded(R"(
profile = "dev"
[server]
listen = ["127.0.0.1:0", "unix:/tmp/x.sock"]
threads = 2
auth = "none"
access_log = "json"
strict = true
keepalive_s = 0.25
read_timeout_s = 60
[routing]
num_retries = 1
[[model]]
name = "fast"
[model.params]
provider = "vllm"
model = "Qwen/Qwen3-8B"
api_base = "http://127.0.0.1:8000/v1"
headers = { x-team = "a" }
messages = "native"
version_segment = ""
timeout = 5
[[model]]
name = "other"
params = { provider = "ollama" }
[alias]
model = "fast"
sources = "gpt-4"
map = { "a" = "other" }
[limits]
max_context_tokens = "auto"
max_output_tokens = 16384
[profiles.dev]
kind = "anthropic"
api = "messages"
)")
                          .config;
  CHECK(config.profile == "dev");
  CHECK(config.server.listen == std::vector<std::string>{"127.0.0.1:0", "unix:/tmp/x.sock"});
  CHECK(config.server.threads == 2);
  CHECK(config.server.auth == config::Auth::none);
  CHECK(config.server.access_log == config::AccessLog::json);
  CHECK(config.server.strict);
  CHECK(config.server.keepalive == config::milliseconds(250));
  CHECK(config.server.read_timeout == config::seconds(60));
  CHECK(config.routing.num_retries == 1);
  REQUIRE(config.models.size() == 2);
  CHECK(config.models[0].params.model == "Qwen/Qwen3-8B");
  CHECK(config.models[0].params.messages == config::MessagesMode::native);
  CHECK(config.models[0].params.version_segment == std::optional<std::string>(""));
  CHECK(config.models[0].params.timeout == config::seconds(5));
  CHECK(config.models[0].params.headers.at("x-team").reveal() == "a");
  CHECK(config.models[1].params.provider == "ollama");
  CHECK(config.alias.sources == std::vector<std::string>{"gpt-4"});
  CHECK(config.alias.map.at("a") == "other");
  CHECK(config.limits.max_context_tokens->automatic);
  CHECK(config.limits.max_output_tokens == 16384);
  CHECK(config.profiles.at("dev").api == config::ClientApi::messages);
}

TEST_CASE("what health checks and transports need is read for models and for profiles", "[config]") {
  const auto config = loaded(R"(
[health]
background = false
interval = "5m"
timeout = "1500ms"
[[model]]
name = "fast"
kind = "sglang"
groups = ["lab", "big"]
scale_to_zero = true
metrics_url = "http://gpu1:9000/metrics"
dcgm_url = "http://gpu1:9400/metrics"
gpu_host = "root@gpu1"
[model.params]
api_base = "https://gpu1"
ca_file = "/ca.pem"
client_cert = "/cert.pem"
client_key = "/key.pem"
proxy = "http://user:word@proxy:3128"
[profiles.edge]
kind = "tei"
base_url = "https://edge"
groups = "lab"
scale_to_zero = true
gpu_host = "edge"
client_cert = "/both.pem"
proxy = "none"
)")
                          .config;
  CHECK_FALSE(config.health.background);
  CHECK(config.health.interval.time == config::seconds(300));
  CHECK(config.health.timeout.time == config::milliseconds(1500));
  const auto& model = config.models.at(0);
  CHECK(model.kind == "sglang");
  CHECK(model.watched.groups == std::vector<std::string>{"lab", "big"});
  CHECK(model.watched.scale_to_zero);
  CHECK(model.watched.metrics_url == "http://gpu1:9000/metrics");
  CHECK(model.watched.dcgm_url == "http://gpu1:9400/metrics");
  CHECK(model.watched.gpu_host == "root@gpu1");
  CHECK(model.params.transport.client_key == "/key.pem");
  CHECK(model.params.transport.proxy.equals("http://user:word@proxy:3128"));
  const auto& profile = config.profiles.at("edge");
  CHECK(profile.watched.groups == std::vector<std::string>{"lab"});
  CHECK(profile.watched.scale_to_zero);
  CHECK(profile.watched.gpu_host == "edge");
  CHECK(profile.transport.client_cert == "/both.pem");
  CHECK(profile.transport.proxy.equals("none"));
}

TEST_CASE("servers are checked in the background every five minutes unless said otherwise", "[config]") {
  const auto health = loaded("").config.health;
  CHECK(health.background);
  CHECK(health.interval.time == config::seconds(300));
  CHECK(health.timeout.time == config::seconds(30));
}

TEST_CASE("malformed TOML is reported with its line and column", "[config]") {
  CHECK(error_of("[server]\nlisten = \n").starts_with("t.toml:2:10: "));
  CHECK(error_of("a = 1\na = 2\n").starts_with("t.toml:2:"));
}

TEST_CASE("an unknown key is reported with its place and the nearest name", "[config]") {
  CHECK(error_of("[server]\nlisten = []\n  lisen = 3\n") ==
        "t.toml:3:3: unknown key \"lisen\" in [server]; did you mean \"listen\"?");
  CHECK(error_of("[srever]\n") ==
        "t.toml:1:2: unknown key \"srever\" at the top of the file; did you mean \"server\"?");
  CHECK(error_of("[[model]]\nname = \"a\"\n[model.params]\napi_kee = \"x\"\n")
            .starts_with("t.toml:4:1: unknown key \"api_kee\" in [model.params]; did you mean \"api_key\"?"));
  CHECK(error_of("[routing]\nqqqqqqqq = 1\n").ends_with("known are num_retries"));
}

TEST_CASE("every problem of a file is reported, in the order of the lines", "[config]") {
  CHECK(error_of("[server]\nthreads = \"x\"\nauth = \"maybe\"\nport = 1\n") ==
        "t.toml:2:11: server.threads must be a whole number, not a text\n"
        "t.toml:3:8: server.auth is \"maybe\" but must be one of token, none\n"
        "t.toml:4:1: unknown key \"port\" in [server]; known are listen, threads, auth, token, access_log, "
        "access_log_probes, max_body_bytes, max_bodies_bytes, strict, allow_hosts, allow_origins, insecure_bind, "
        "passthrough, keepalive_s, "
        "connect_timeout_s, stream_read_timeout_s, read_timeout_s, drain_s, control, slow_ms");
}

TEST_CASE("values of the wrong kind or out of range are refused", "[config]") {
  struct Row {
    std::string_view text;
    std::string_view part;
  };
  const auto row = GENERATE(values<Row>({
      {"[server]\nlisten = 4000\n", "server.listen must be a text or a list of texts, not a whole number"},
      {"[server]\nlisten = [1]\n", "server.listen[0] must be a text"},
      {"[server]\nstrict = 1\n", "server.strict must be true or false"},
      {"[server]\nkeepalive_s = \"1\"\n", "server.keepalive_s must be a number of seconds"},
      {"[server]\nkeepalive_s = -1\n", "must be from 0"},
      {"[server]\nkeepalive_s = nan\n", "must be from 0"},
      {"[server]\nthreads = 99999\n", "must be from 0 to 256"},
      {"[limits]\nmax_output_tokens = 0\n", "must be from 1"},
      {"[limits]\nmax_context_tokens = \"big\"\n", "must be a whole number or \"auto\""},
      {"[limits]\nmax_context_tokens = 1979-05-27\n", "not a date"},
      {"server = 1\n", "server must be a table, not a whole number"},
      {"[model]\nname = \"x\"\n", "\"model\" is a list of tables: write [[model]]"},
      {"profiles = 3\n", "write [profiles.NAME]"},
      {"[[model]]\n", "model[0] needs the key \"name\""},
      {"[health]\ninterval = 300\n", "health.interval must be a text, not a whole number"},
      {"[health]\ninterval = \"soon\"\n", "health.interval is \"soon\" but must be a time such as \"300s\""},
      {"[health]\ninterval = \"0s\"\n", "health.interval must be from 1 to 86400 seconds"},
      {"[alias]\nmap = { a = 1 }\n", "alias.map.a must be a text"},
  }));
  CAPTURE(row.text);
  CHECK(error_of(row.text).find(row.part) != std::string::npos);
}

TEST_CASE("references to variables resolve anywhere in texts", "[config]") {
  const FixedEnv env(FixedEnv::Variables{{"HOST", "127.0.0.1"}, {"KEY", "sk-1"}});
  const auto config = loaded(R"(
[[model]]
name = "$${HOST}"
[model.params]
api_base = "http://${HOST}:1"
api_key = "os.environ/KEY"
headers = { x-a = "Bearer os.environ/KEY", x-b = "${KEY}-${KEY}" }
)",
                             env)
                          .config;
  CHECK(config.models[0].name == "${HOST}");
  CHECK(config.models[0].params.api_base == "http://127.0.0.1:1");
  CHECK(config.models[0].params.api_key.reveal() == "sk-1");
  CHECK(config.models[0].params.headers.at("x-a").reveal() == "Bearer sk-1");
  CHECK(config.models[0].params.headers.at("x-b").reveal() == "sk-1-sk-1");
}

TEST_CASE("a variable that is named but unset or empty is an error", "[config]") {
  const FixedEnv env(FixedEnv::Variables{{"EMPTY", ""}});
  const std::string head = "[[model]]\nname = \"a\"\n[model.params]\nprovider = \"openai\"\napi_key = ";
  CHECK(error_of(head + "\"os.environ/NOPE\"\n", env) ==
        "t.toml:5:11: model[0].params.api_key is missing: the environment variable NOPE is not set or empty");
  CHECK(error_of(head + "\"${EMPTY}\"\n", env).find("variable EMPTY is not set") != std::string::npos);
  CHECK(error_of(head + "\"${NOPE\"\n", env).find("must be followed by a variable's name") != std::string::npos);
  CHECK(error_of(head + "\"os.environ/\"\n", env).find("must be followed by") != std::string::npos);
}

TEST_CASE("a profile's unset variable is an error once the profile is used", "[config]") {
  const auto read = loaded("[profiles.a]\nkind = \"openai\"\napi_key = \"os.environ/K\"\n").config;
  const auto used = config::find_profile(read, "a", FixedEnv{});
  REQUIRE_FALSE(used);
  CHECK(used.error().code == Errc::config);
  CHECK(used.error().message.find("variable K is not set") != std::string::npos);

  const auto named = loaded("[profiles.a]\nkind = \"openai\"\napi_key_env = \"K\"\n").config;
  CHECK_FALSE(config::find_profile(named, "a", FixedEnv{}));
  CHECK(config::find_profile(named, "a", FixedEnv(FixedEnv::Variables{{"K", "v"}}))->api_key.reveal() == "v");
  CHECK(config::find_profile(named, "b", FixedEnv{}).error().message.find("did you mean \"a\"") != std::string::npos);
}

TEST_CASE("client commands read a file whose server variables are not set", "[config]") {
  const std::string text =
      "[[model]]\nname = \"a\"\n[model.params]\nprovider = \"openai\"\napi_key = \"${K}\"\n"
      "api_base = \"http://${H}\"\n[profiles.p]\nkind = \"openai\"\n";
  CHECK(load_text(text, "t.toml", FixedEnv{}, {.require_variables = false}));
  CHECK_FALSE(load_text(text, "t.toml", FixedEnv{}));
}

TEST_CASE("the file is the flag's, else the variable's, else the user's", "[config]") {
  const FixedEnv env(FixedEnv::Variables{{"LLMGW_CONFIG", "/a.toml"}, {"HOME", "/nonexistent"}});
  CHECK(*config::find_file(std::string("/b.toml"), env) == std::optional<std::string>("/b.toml"));
  CHECK(*config::find_file(std::nullopt, env) == std::optional<std::string>("/a.toml"));
}

TEST_CASE("a named file that is missing is a configuration error", "[config]") {
  const auto result = config::load_file("/nonexistent/llmgw.toml", FixedEnv{});
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Errc::config);
  CHECK(result.error().message.find("/nonexistent/llmgw.toml") != std::string::npos);
}

TEST_CASE("what a variable holds is in no message", "[config][req-29]") {
  const FixedEnv env(FixedEnv::Variables{{"MYSECRET", "plainsecretxyz777"}});
  for (const auto* text : {"[server]\nauth = \"${MYSECRET}\"\n", "[server]\nlisten = \"${MYSECRET}\"\n",
                           "[server]\nallow_hosts = [\"a b ${MYSECRET}\"]\n", "profile = \"${MYSECRET}\"\n",
                           "[[model]]\nname = \"a\"\n[model.params]\nprovider = \"${MYSECRET}\"\n",
                           "[profiles.p]\nkind = \"os.environ/MYSECRET\"\nbase_url = \"http://x\"\n"}) {
    const auto message = error_of(text, env);
    INFO(message);
    CHECK(message != "(no error)");
    CHECK_FALSE(message.contains("plainsecretxyz777"));
  }
}

}  // namespace load_test
