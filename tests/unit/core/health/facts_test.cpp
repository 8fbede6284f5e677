#include "core/health/facts.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>
#include <string_view>

#include "healthy.h"

namespace health_facts_test {

using namespace llmgw::health;

// The sentences are those of core/net: resolver.cpp, connect.cpp, curl_errors.cpp, native_stream.cpp.
TEST_CASE("a transport error tells how far the exchange came", "[health]") {
  const auto [text, phase] = GENERATE(table<std::string_view, Phase>({
      {"cannot find the address of x (Host not found); check the name and the network", Phase::look_up},
      {"no answer to the look-up of x in time", Phase::look_up},
      {"cannot reach x:443: Could not resolve host: x; check the name and the network", Phase::look_up},
      {"cannot connect to x:1: connection refused; is the server running there, on this port?", Phase::connect},
      {"no connection to x:1 within the time limit", Phase::connect},
      {"cannot reach x:443: Failed to connect to x port 443; is the server running there, on this port?",
       Phase::connect},
      {"cannot reach x:443: SSL certificate problem: self-signed certificate; if the server uses a private authority, "
       "give its certificate with ca_file",
       Phase::tls},
      {"cannot reach x:443: TLS connect error: error:0A00010B; does this port speak TLS?", Phase::tls},
      {"x:1 closed the connection without an answer", Phase::exchange},
      {"x:1: no answer within the time limit", Phase::exchange},
  }));
  CAPTURE(text);
  llmgw::Error error;
  error.message = std::string(text);
  CHECK(phase_of(error) == phase);
}

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
