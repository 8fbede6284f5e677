#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <set>

#include "core/base/url.h"
#include "core/providers/provider.h"

using namespace llmgw;

TEST_CASE("provider names are unique and default addresses are valid", "[providers]") {
  std::set<std::string_view> names;
  for (const auto& row : provider::providers()) {
    CAPTURE(row.name);
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.doc.empty());
    CHECK((row.dialect == "openai-chat" || row.dialect == "anthropic-messages"));
    if (!row.base_url.empty()) {
      const auto url = parse_server_url(row.base_url);
      REQUIRE(url);
      // A key that llmgw demands must not travel in clear by default.
      CHECK((url->tls || !row.needs_key));
    }
  }
}

TEST_CASE("an unknown provider is answered with the nearest name", "[providers]") {
  const auto near = provider::require_provider("antropic");
  REQUIRE_FALSE(near);
  CHECK(near.error().code == Errc::config);
  CHECK(near.error().message == "unknown provider \"antropic\"; did you mean \"anthropic\"?");
  CHECK(provider::require_provider("zzzzzz").error().message.find("known are openai_compatible, openai") !=
        std::string::npos);
}

TEST_CASE("the version segment is appended unless the base ends with one", "[providers]") {
  struct Row {
    std::string_view provider;
    std::string_view base;
    std::optional<std::string> segment;
    std::string_view expected;
  };
  const auto row = GENERATE(values<Row>({
      {"vllm", "http://h:8000", std::nullopt, "http://h:8000/v1"},
      {"vllm", "http://h:8000/", std::nullopt, "http://h:8000/v1"},
      {"vllm", "http://h:8000/v1", std::nullopt, "http://h:8000/v1"},
      {"vllm", "http://h:8000/v1/", std::nullopt, "http://h:8000/v1"},
      {"vllm", "http://h/api/v2beta", std::nullopt, "http://h/api/v2beta"},
      {"vllm", "http://h/v1/openai", std::nullopt, "http://h/v1/openai/v1"},
      {"vllm", "http://h/video", std::nullopt, "http://h/video/v1"},
      {"vllm", "http://v1", std::nullopt, "http://v1/v1"},
      {"vllm", "http://h", "", "http://h"},
      {"vllm", "http://h", "v3", "http://h/v3"},
      {"vllm", "unix:/run/v1", std::nullopt, "unix:/run/v1:/v1"},
      {"vllm", "unix:/run/engine.sock:/v1", std::nullopt, "unix:/run/engine.sock:/v1"},
      {"vllm", "unix:/run/engine.sock", "", "unix:/run/engine.sock"},
      {"openai", "", std::nullopt, "https://api.openai.com/v1"},
      {"openrouter", "", std::nullopt, "https://openrouter.ai/api/v1"},
  }));
  const auto* provider = provider::find_provider(row.provider);
  REQUIRE(provider != nullptr);
  CHECK(provider::versioned_base(*provider, row.base, row.segment) == row.expected);
}

TEST_CASE("the root of a server is its base without the version", "[providers]") {
  const auto& vllm = *provider::find_provider("vllm");
  CHECK(provider::root_base(vllm, "http://h:1/v1/") == "http://h:1");
  CHECK(provider::root_base(vllm, "http://h:1/x") == "http://h:1/x");
  CHECK(provider::root_base(vllm, "http://v1") == "http://v1");
  CHECK(provider::root_base(vllm, "unix:/run/v1:/v1") == "unix:/run/v1");
  CHECK(provider::root_base(vllm, "unix:/run/v1") == "unix:/run/v1");
}
