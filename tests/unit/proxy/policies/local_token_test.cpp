#include "proxy/policies/local_token/local_token.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "proxy/credential.h"

namespace local_token_test {

namespace proxy = llmgw::proxy;
using llmgw::Errc;
using llmgw::Secret;
using llmgw::http::Request;

Request with_header(std::string_view name, std::string_view value) {
  Request request;
  request.target = "/v1/models";
  if (!name.empty()) request.headers.add(name, value);
  return request;
}

TEST_CASE("every customary credential header admits when it holds the token", "[local_token]") {
  proxy::Snapshot snapshot;
  snapshot.token = Secret("t0ken");
  const auto [name, value] = GENERATE(table<std::string, std::string>({{"Authorization", "Bearer t0ken"},
                                                                       {"authorization", "bearer t0ken"},
                                                                       {"x-api-key", "t0ken"},
                                                                       {"api-key", "t0ken"},
                                                                       {"x-goog-api-key", "t0ken"}}));
  CHECK(proxy::LocalToken().on_arrival(with_header(name, value), snapshot));
}

TEST_CASE("the key query parameter admits as well", "[local_token]") {
  proxy::Snapshot snapshot;
  snapshot.token = Secret("t0ken");
  Request request;
  request.target = "/v1/models?alt=sse&key=t0ken";
  CHECK(proxy::LocalToken().on_arrival(request, snapshot));
}

TEST_CASE("a missing or wrong credential is refused and never repeated", "[local_token]") {
  proxy::Snapshot snapshot;
  snapshot.token = Secret("t0ken");
  const auto missing = proxy::LocalToken().on_arrival(with_header("", ""), snapshot);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::authentication);
  const auto wrong = proxy::LocalToken().on_arrival(with_header("x-api-key", "guess123"), snapshot);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message.find("guess123") == std::string::npos);
  CHECK(wrong.error().message.find("t0ken") == std::string::npos);
}

TEST_CASE("any of several credentials may be the token", "[local_token]") {
  proxy::Snapshot snapshot;
  snapshot.token = Secret("t0ken");
  auto request = with_header("Authorization", "Bearer other");
  request.headers.add("x-api-key", "t0ken");
  CHECK(proxy::LocalToken().on_arrival(request, snapshot));
  CHECK(proxy::find_credential(request)->value == "other");
}

TEST_CASE("nothing is asked when no token is required", "[local_token]") {
  proxy::Snapshot snapshot;
  snapshot.token_required = false;
  CHECK(proxy::LocalToken().on_arrival(with_header("", ""), snapshot));
}

}  // namespace local_token_test
