#include "core/tokens/estimate.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

using namespace llmgw;

namespace estimate_test {

std::int64_t of_json(const std::string& text) {
  const auto body = json::parse(text);
  REQUIRE(body);
  return tokens::estimate_input(*body);
}

TEST_CASE("estimate: seven bytes are two tokens, parts count whole", "[tokens]") {
  CHECK(tokens::from_bytes(0) == 0);
  CHECK(tokens::from_bytes(1) == 1);
  CHECK(tokens::from_bytes(7) == 2);
  CHECK(tokens::from_bytes(8) == 3);
  CHECK(tokens::from_bytes(3500) == 1000);
}

TEST_CASE("estimate: a request counts its texts, tools and results", "[tokens]") {
  ir::Request request;
  request.instructions.push_back({ir::Text{"1234567", {}}, {}, {}});
  request.messages.push_back({ir::Role::user, {{ir::Text{"1234567", {}}, {}, {}}}, {}, {}});
  CHECK(tokens::estimate_input(request) == 4);
  request.tools.emplace_back().schema = std::string(70, 's');
  CHECK(tokens::estimate_input(request) == 24);
}

TEST_CASE("estimate: a picture counts flat, not by its base64 text", "[tokens]") {
  const std::string data(2'000'000, 'A');
  const auto tokens =
      of_json(R"({"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","data":")" + data +
              R"("}}]}]})");
  CHECK(tokens > 1000);
  CHECK(tokens < 2000);
  // Long text without a space is no picture.
  std::string chinese;
  while (chinese.size() < 7000) chinese += "\xE4\xB8\xAD";
  CHECK(of_json(R"({"messages":[{"role":"user","content":")" + chinese + R"("}]})") > 2000);
}

TEST_CASE("estimate: both ways of counting a request agree roughly", "[tokens]") {
  const std::string words(700, 'w');
  ir::Request request;
  request.messages.push_back({ir::Role::user, {{ir::Text{words, {}}, {}, {}}}, {}, {}});
  const auto decoded = tokens::estimate_input(request);
  const auto raw = of_json(R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":")" + words + R"("}]})");
  CHECK(decoded == 200);
  CHECK(raw >= decoded);
  CHECK(raw <= decoded + 5);
}

TEST_CASE("estimate: an answer counts what the model wrote, not its signatures", "[tokens]") {
  tokens::OutputCounter counter;
  counter.add(ir::Delta{0, 0, ir::DeltaKind::reasoning, "1234567"});
  counter.add(ir::Delta{0, 1, ir::DeltaKind::text, "1234567"});
  counter.add(ir::Delta{0, 0, ir::DeltaKind::signature, std::string(700, 'x')});
  CHECK(counter.tokens() == 4);
  CHECK(counter.reasoning_tokens() == 2);
}

}  // namespace estimate_test
