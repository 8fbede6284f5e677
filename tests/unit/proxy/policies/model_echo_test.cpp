#include "proxy/policies/model_echo/model_echo.h"

#include <catch2/catch_test_macros.hpp>

#include "support/proxy/exchanges.h"

namespace model_echo_test {

namespace dialect = llmgw::dialect;
namespace proxy = llmgw::proxy;
using llmgw::test::PolicyCase;

constexpr std::string_view body = R"({"model":"asked"})";

TEST_CASE("a translated answer carries the name that was asked for", "[model_echo]") {
  PolicyCase made(body, dialect::anthropic_messages, dialect::openai_chat);
  REQUIRE(proxy::ModelEcho().on_attempt(made.exchange, made.attempt));
  CHECK(made.attempt.client.model == "asked");
}

TEST_CASE("a same-format answer is restamped only where the name was changed", "[model_echo]") {
  PolicyCase same(body, dialect::openai_chat, dialect::openai_chat);
  REQUIRE(proxy::ModelEcho().on_attempt(same.exchange, same.attempt));
  CHECK(same.attempt.edits.model.empty());
  PolicyCase renamed(body, dialect::openai_chat, dialect::openai_chat);
  renamed.attempt.changes.model = "served";
  REQUIRE(proxy::ModelEcho().on_attempt(renamed.exchange, renamed.attempt));
  CHECK(renamed.attempt.edits.model == "asked");
}

}  // namespace model_echo_test
