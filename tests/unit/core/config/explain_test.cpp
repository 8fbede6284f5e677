#include "core/config/explain.h"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <set>

#include "core/base/files.h"
#include "core/config/keys.h"
#include "core/json/view.h"

namespace explain_test {

using namespace llmgw;

config::Loaded loaded(std::string_view text, const Env& env = FixedEnv{}) {
  auto result = config::load_text(text, "t.toml", env);
  if (!result) FAIL(result.error().message);
  return *std::move(result);
}

bool has_line(const std::string& text, std::string_view line) {
  return ("\n" + text).find("\n" + std::string(line) + "\n") != std::string::npos;
}

TEST_CASE("config show names every value in effect and where it comes from", "[config]") {
  const auto text =
      config::explain_text(config::explain(loaded("[server]\nthreads = 2\n[profiles.a]\nkind = \"openai\"\n")));
  CHECK(has_line(text, "[server]"));
  CHECK(has_line(text, "threads = 2  # t.toml:2:1"));
  CHECK(has_line(text, "access_log = \"text\"  # default"));
  CHECK(has_line(text, "# max_output_tokens (not set)"));
  CHECK(has_line(text, "[profiles.a]"));
  CHECK(has_line(text, "kind = \"openai\"  # t.toml:4:1"));
}

TEST_CASE("config show never shows a secret, be it literal or from a variable", "[config]") {
  const FixedEnv env(FixedEnv::Variables{{"K", "hunter2"}, {"H", "hunter3.example"}});
  const auto text = config::explain_text(config::explain(loaded(R"(
[server]
token = "hunter1"
allow_hosts = ["${H}"]
[[model]]
name = "m"
[model.params]
provider = "openai"
api_base = "https://${H}"
api_key = "os.environ/K"
headers = { x-key = "hunter4", x-other = "hunter5-${K}" }
)",
                                                                env)));
  CHECK(text.find("hunter") == std::string::npos);
  CHECK(has_line(text, "api_key = \"(redacted)\"  # t.toml:10:1 os.environ/K"));
  CHECK(has_line(text, "api_base = \"https://${H}\"  # t.toml:9:1"));
}

TEST_CASE("what config show prints is a configuration again", "[config]") {
  const auto first = loaded(
      "[server]\nthreads = 3\nlisten = \"[::1]:1\"\n[alias]\nmap = { \"a b\" = \"c\" }\n"
      "[limits]\nmax_context_tokens = \"auto\"\n[profiles.\"x y\"]\nkind = \"ollama\"\n");
  CHECK(loaded(config::explain_text(config::explain(first))).config == first.config);
}

TEST_CASE("the JSON schema is valid JSON and knows every key", "[config]") {
  const auto text = config::json_schema();
  const auto schema = json::parse(text);
  REQUIRE(schema);
  const auto properties = (*schema)["properties"];
  CHECK((*schema)["additionalProperties"].boolean() == false);
  CHECK(properties["server"]["properties"]["max_body_bytes"]["default"].integer() == 33554432);
  CHECK(properties["server"]["properties"]["auth"]["enum"].raw().find("none") != std::string_view::npos);
  CHECK(properties["model"]["items"]["properties"]["params"]["properties"]["api_key"]["type"].equals("string"));
  CHECK(properties["profiles"]["additionalProperties"]["properties"]["kind"]["type"].equals("string"));
  for (const auto& key : config::keys()) CHECK(text.find('"' + std::string(key.name) + "\": {") != std::string::npos);
}

TEST_CASE("each key is listed once, in a section that exists, with a sentence", "[config]") {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const auto& key : config::keys()) {
    CAPTURE(key.section, key.name);
    CHECK(seen.insert({key.section, key.name}).second);
    CHECK((key.section.empty() || config::find_section(key.section) != nullptr));
    CHECK(key.doc.ends_with('.'));
  }
}

TEST_CASE("docs/config.md is what the list of keys says", "[config][reference]") {
  const std::string path = std::string(LLMGW_SOURCE_DIR) + "/docs/config.md";
  const auto page = config::reference_page();
  if (std::getenv("LLMGW_UPDATE_GOLDEN") != nullptr) REQUIRE(write_file(path, page, FileMode::shared));
  const auto written = read_file(path);
  REQUIRE(written);
  CHECK(*written == page);
}

TEST_CASE("the example configuration is valid", "[config]") {
  const auto path = std::string(LLMGW_SOURCE_DIR) + "/examples/llmgw.toml";
  const auto result = config::load_file(path, FixedEnv{});
  if (!result) FAIL(result.error().message);
  CHECK(result->config.models.size() == 1);
}

}  // namespace explain_test
