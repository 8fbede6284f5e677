// GET /v1/models as clients see it, and names on passed-through paths.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "support/proxy/running_gateway.h"
#include "support/scripted_upstream.h"

namespace listed_models {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using llmgw::test::always;
using llmgw::test::config_for;
using llmgw::test::http_answer;
using llmgw::test::post;
using llmgw::test::Reply;
using llmgw::test::roundtrip;
using llmgw::test::RunningGateway;
using llmgw::test::ScriptedUpstream;

Reply get(const RunningGateway& gateway, std::string_view target, std::string_view headers = "") {
  return roundtrip(gateway.port(),
                   "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) + "\r\n");
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST_CASE("a page of the upstream's model list is the page that was asked for", "[listed_models]") {
  ScriptedUpstream upstream(
      always(http_answer(200, "application/json",
                         R"({"data":[{"type":"model","id":"a"}],"has_more":true,"first_id":"a","last_id":"a"})")));
  RunningGateway gateway(config_for(upstream.url(), "anthropic"));
  get(gateway, "/v1/models?after_id=a&limit=1&key=secret", "anthropic-version: 2023-06-01\r\n");
  get(gateway, "/v1/models");
  const auto requests = upstream.requests();
  REQUIRE(requests.size() == 2);
  CHECK_THAT(requests[0], StartsWith("GET /v1/models?after_id=a&limit=1 HTTP/1.1\r\n"));
  // Anthropic lists 20 models a page unless told otherwise; OpenAI's form knows no pages.
  CHECK_THAT(requests[1], StartsWith("GET /v1/models?limit=1000 HTTP/1.1\r\n"));
}

TEST_CASE("a configured name that the upstream lists as well is listed once", "[listed_models]") {
  ScriptedUpstream upstream(always(http_answer(
      200, "application/json",
      R"({"object":"list","data":[{"id":"m","object":"model","max_model_len":9},{"id":"n","object":"model"}]})")));
  auto config = config_for(upstream.url());
  auto named = config.models[0];
  named.name = "m";
  config.models.push_back(named);
  RunningGateway gateway(config);
  const auto reply = get(gateway, "/v1/models");
  CHECK(count(reply.body, "\"id\":\"m\"") == 1);
  CHECK(count(reply.body, "\"id\":\"n\"") == 1);
}

TEST_CASE("a renamed model is listed under its public name alone", "[listed_models]") {
  ScriptedUpstream upstream(always(http_answer(200, "application/json", R"({"object":"list","data":[]})")));
  auto config = config_for(upstream.url());
  config.models[0].name = "public";
  config.models[0].params.model = "served";
  RunningGateway gateway(config);
  const auto reply = get(gateway, "/models/public");
  CHECK(reply.status == 200);
  CHECK_THAT(reply.body, ContainsSubstring("\"id\":\"public\""));
  CHECK(get(gateway, "/models/served").status == 404);
}

TEST_CASE("an alias holds on passed-through paths as well", "[listed_models]") {
  ScriptedUpstream upstream(always(http_answer(200, "application/json", "{}")));
  auto config = config_for(upstream.url());
  config.models[0].name = "served";
  config.alias.map["pretty"] = "served";
  RunningGateway gateway(config);
  const auto reply = post(gateway.port(), "/v1/embeddings", R"({"input":"x", "model":"Pretty"})");
  CHECK(reply.status == 200);
  REQUIRE(upstream.requests().size() == 1);
  CHECK_THAT(upstream.requests()[0], ContainsSubstring(R"({"input":"x", "model":"served"})"));
}

}  // namespace listed_models
