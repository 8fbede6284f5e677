#include "proxy/endpoints/endpoint.h"

#include <catch2/catch_test_macros.hpp>

#include "proxy/endpoints/model_list.h"

namespace proxy = llmgw::proxy;
namespace dialect = llmgw::dialect;

TEST_CASE("paths find their endpoint with and without the version segment", "[endpoints]") {
  CHECK(proxy::find_endpoint("POST", "/v1/chat/completions")->run == proxy::run_generate);
  CHECK(proxy::find_endpoint("POST", "/chat/completions")->run == proxy::run_generate);
  CHECK(proxy::find_endpoint("POST", "/v1/messages")->client == &dialect::anthropic_messages);
  CHECK(proxy::find_endpoint("POST", "/v1/messages/count_tokens")->run == proxy::run_count_tokens);
  CHECK(proxy::find_endpoint("GET", "/v1/models/a/b")->run == proxy::run_model);
  CHECK(proxy::find_endpoint("GET", "/models/a/b")->run == proxy::run_model);
  CHECK(proxy::find_endpoint("HEAD", "/")->run == proxy::run_root);
  CHECK(proxy::find_endpoint("PUT", "/v1/foo")->run == proxy::run_passthrough);
  CHECK(proxy::find_endpoint("GET", "/foo") == nullptr);
  CHECK(proxy::find_endpoint("POST", "/livez") == nullptr);
}

TEST_CASE("a base URL that already ends in /v1 does not turn Messages away", "[endpoints]") {
  CHECK(proxy::find_endpoint("POST", "/v1/v1/messages")->run == proxy::run_generate);
  CHECK(proxy::find_endpoint("POST", "/v1/v1/messages/count_tokens")->run == proxy::run_count_tokens);
  CHECK(proxy::find_endpoint("POST", "/v1/v1/chat/completions")->client == &dialect::openai_chat);
  CHECK(proxy::find_endpoint("GET", "/v1/v1/models")->run == proxy::run_models);
  CHECK(proxy::find_endpoint("GET", "/v1/v1/models/a/b")->run == proxy::run_model);
  CHECK(&proxy::error_dialect("/v1/v1/messages/count_tokens") == &dialect::anthropic_messages);
  CHECK(proxy::find_endpoint("GET", "/v1/livez")->run == proxy::run_passthrough);
  CHECK(proxy::find_endpoint("POST", "/v1/v1/files")->run == proxy::run_passthrough);
}

TEST_CASE("only probes and the front page are open to everybody", "[endpoints]") {
  for (const auto& row : proxy::endpoints()) {
    const bool open = row.path == "/" || row.path == "/livez" || row.path == "/healthz";
    CHECK((row.access == proxy::Access::open) == open);
    CHECK((row.access == proxy::Access::probe) == (row.path == "/readyz"));
  }
}

TEST_CASE("errors of Messages paths have the Messages envelope", "[endpoints]") {
  CHECK(&proxy::error_dialect("/v1/messages/batches") == &dialect::anthropic_messages);
  CHECK(&proxy::error_dialect("/v1/chat/completions") == &dialect::openai_chat);
}

TEST_CASE("a model list keeps rows of the wanted shape byte for byte", "[endpoints]") {
  const auto body =
      *llmgw::json::parse(R"({"object":"list","data":[{"id":"A","object":"model","created":5,"x": 1.50}]})");
  const auto rows = proxy::read_model_list(body);
  REQUIRE(rows.size() == 1);
  CHECK(proxy::write_model(rows[0], proxy::ListShape::openai) ==
        R"({"id":"A","object":"model","created":5,"x": 1.50})");
  CHECK(proxy::write_model_list(rows, proxy::ListShape::anthropic) ==
        R"({"data":[{"type":"model","id":"A","display_name":"A","created_at":"1970-01-01T00:00:05Z"}],)"
        R"("has_more":false,"first_id":"A","last_id":"A"})");
}
