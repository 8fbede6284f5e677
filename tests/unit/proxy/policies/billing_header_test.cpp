#include "proxy/policies/billing_header/billing_header.h"

#include <catch2/catch_test_macros.hpp>

#include "support/proxy/exchanges.h"

namespace billing_header_test {

namespace dialect = llmgw::dialect;
namespace proxy = llmgw::proxy;
using llmgw::test::PolicyCase;

constexpr std::string_view with_header =
    R"({"model":"m","system":[{"type":"text","text":"x-anthropic-billing-header: v=1"},{"type":"text","text":"Be brief."}]})";

TEST_CASE("the billing text is dropped for servers that are not Anthropic's", "[billing_header]") {
  PolicyCase made(with_header, dialect::anthropic_messages, dialect::openai_chat);
  REQUIRE(proxy::BillingHeader().on_attempt(made.exchange, made.attempt));
  CHECK(made.attempt.changes.drop_billing_header);
  CHECK(made.exchange.applied.text() == "billing_header=dropped");
}

TEST_CASE("the billing text stays for Anthropic", "[billing_header]") {
  PolicyCase made(with_header, dialect::anthropic_messages, dialect::anthropic_messages);
  REQUIRE(proxy::BillingHeader().on_attempt(made.exchange, made.attempt));
  CHECK_FALSE(made.attempt.changes.drop_billing_header);
  CHECK(made.exchange.applied.empty());
}

TEST_CASE("a request without the billing text is not touched", "[billing_header]") {
  PolicyCase made(R"({"model":"m","system":"Be brief."})", dialect::anthropic_messages, dialect::openai_chat);
  REQUIRE(proxy::BillingHeader().on_attempt(made.exchange, made.attempt));
  CHECK_FALSE(made.attempt.changes.drop_billing_header);
}

TEST_CASE("a system prompt of one text is looked at as well", "[billing_header]") {
  PolicyCase made(R"({"model":"m","system":"x-anthropic-billing-header: v=1"})", dialect::anthropic_messages,
                  dialect::openai_chat);
  REQUIRE(proxy::BillingHeader().on_attempt(made.exchange, made.attempt));
  CHECK(made.attempt.changes.drop_billing_header);
}

}  // namespace billing_header_test
