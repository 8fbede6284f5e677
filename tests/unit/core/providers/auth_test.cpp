#include "core/providers/auth.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace auth_test {

using namespace llmgw;
using provider::auth_scheme;
using provider::AuthScheme;

const provider::Provider& row(std::string_view name) { return *provider::find_provider(name); }
TEST_CASE("each provider has its own default credential", "[providers]") {
  CHECK(*auth_scheme(row("openai")) == AuthScheme{"authorization", "Bearer ", ""});
  CHECK(*auth_scheme(row("anthropic")) == AuthScheme{"x-api-key", "", ""});
}

TEST_CASE("a custom name and format replace the default", "[providers]") {
  CHECK(*auth_scheme(row("vllm"), "X-API-Key", "{api_key}") == AuthScheme{"X-API-Key", "", ""});
  CHECK(*auth_scheme(row("openai"), "", "Token {api_key}") == AuthScheme{"authorization", "Token ", ""});
  CHECK(*auth_scheme(row("ollama"), "X-Auth", "") == AuthScheme{"X-Auth", "Bearer ", ""});
  CHECK(*auth_scheme(row("vllm"), "X-K", "{{{api_key}}} {{x}}") == AuthScheme{"X-K", "{", "} {x}"});
}

TEST_CASE("a format must hold the key exactly once and nothing else in braces", "[providers]") {
  const auto format =
      GENERATE(as<std::string_view>{}, "Token", "{api_key} {api_key}", "{api_key!r}", "{api_key:>5}", "{x} {api_key}",
               "{} {api_key}", "{api_key", "api_key}", "{ api_key }", "{{api_key}}", "a\r\nb {api_key}");
  const auto scheme = auth_scheme(row("vllm"), "X-K", format);
  REQUIRE_FALSE(scheme);
  CHECK(scheme.error().code == Errc::config);
  CHECK(scheme.error().param == "auth_header_format");
}

TEST_CASE("a header name must be a token and not reserved", "[providers]") {
  const auto name = GENERATE(as<std::string_view>{}, "content-type", "Content-Type", "HOST", "Transfer-Encoding",
                             "x key", "x:y", "x\n", "k\xc3\xa9y", "(x)");
  const auto scheme = auth_scheme(row("vllm"), name, "{api_key}");
  REQUIRE_FALSE(scheme);
  CHECK(scheme.error().param == "auth_header_name");
}

TEST_CASE("providers with a fixed scheme take no custom header", "[providers]") {
  CHECK_FALSE(auth_scheme(row("anthropic"), "X-K", "{api_key}"));
  CHECK_FALSE(auth_scheme(row("anthropic"), "", "Token {api_key}"));
}

TEST_CASE("the credential replaces what the client sent under that name", "[providers]") {
  http::Headers headers;
  headers.add("Authorization", "Bearer client");
  provider::add_credential(headers, {"authorization", "Bearer ", ""}, Secret("k"));
  CHECK(headers.joined("authorization") == "Bearer k");
}

}  // namespace auth_test
