#include "proxy/pipeline/context_length.h"

#include <catch2/catch_test_macros.hpp>

using llmgw::proxy::listed_context;

TEST_CASE("the context is read under every name that servers list it by", "[context_length]") {
  CHECK(listed_context(R"({"data":[{"id":"a","max_model_len":4096},{"id":"b","max_model_len":1}]})", "a") == 4096);
  CHECK(listed_context(R"({"data":[{"id":"a","meta":{"n_ctx_train":131072}}]})", "a") == 131072);
  CHECK(listed_context(R"({"data":[{"type":"model","id":"a","max_input_tokens":200000}]})", "a") == 200000);
  CHECK(listed_context(R"({"data":[{"id":"a","context_length":32768}]})", "a") == 32768);
}

TEST_CASE("the only model of a server answers for any name, one of several does not", "[context_length]") {
  CHECK(listed_context(R"({"data":[{"id":"x","max_model_len":10}]})", "a") == 10);
  CHECK_FALSE(listed_context(R"({"data":[{"id":"x","max_model_len":10},{"id":"y","max_model_len":20}]})", "a"));
  CHECK_FALSE(listed_context("no json", "a"));
  CHECK_FALSE(listed_context(R"({"data":[{"id":"a"}]})", "a"));
}

TEST_CASE("names that clients make up do not fill the memory of contexts", "[context_length][req-19]") {
  llmgw::proxy::ContextLengths known;
  for (int i = 0; i < 5000; ++i) known.of("http://x/v1 " + std::to_string(i)).tokens = i;
  CHECK(known.by_model.size() <= llmgw::proxy::ContextLengths::most);
  CHECK(known.of("http://x/v1 4999").tokens == 4999);
}
