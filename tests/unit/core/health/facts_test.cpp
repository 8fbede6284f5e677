#include "core/health/facts.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <string_view>

#include "healthy.h"

namespace health_facts_test {

using namespace llmgw::health;

TEST_CASE("models are read from the lists of every kind", "[health]") {
  const auto [body, id, context] = GENERATE(table<std::string_view, std::string_view, std::int64_t>({
      {R"({"data":[{"id":"a","max_model_len":4096}]})", "a", 4096},
      {R"({"data":[{"id":"a","context_length":8192}]})", "a", 8192},
      {R"({"data":[{"id":"a","meta":{"n_ctx":512}}]})", "a", 512},
      {R"({"models":[{"key":"a","max_context_length":100}]})", "a", 100},
      {R"([{"name":"a","max_input_length":10}])", "a", 10},
  }));
  CAPTURE(body);
  const auto rows = model_rows(healthy::reply(200, body));
  REQUIRE(rows);
  REQUIRE(rows->size() == 1);
  CHECK(rows->front().id == id);
  CHECK(rows->front().context == context);
}

TEST_CASE("what is no list of models is not taken for an empty one", "[health]") {
  CHECK_FALSE(model_rows(healthy::reply(200, "")));
  CHECK_FALSE(model_rows(healthy::reply(200, "<html>")));
  CHECK_FALSE(model_rows(healthy::reply(200, "{}")));
  CHECK_FALSE(model_rows(healthy::reply(500, R"({"data":[]})")));
  CHECK(model_rows(healthy::reply(200, R"({"data":[]})"))->empty());
}

}  // namespace health_facts_test
