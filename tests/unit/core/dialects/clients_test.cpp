#include <catch2/catch_test_macros.hpp>

#include "core/dialects/dialect.h"
#include "support/fixtures.h"
#include "support/request_text.h"

namespace client_requests {

using namespace llmgw;

Result<ir::Request> decode(const dialect::Dialect& dialect, const std::string& body) {
  TRY(const auto view, json::parse(body));
  return dialect.decode_request(view);
}

// A recorded client's request as the other format's service reads it.
ir::Request sent(const dialect::Dialect& from, const dialect::Dialect& to, const std::string& file, std::string& body) {
  const auto request = decode(from, fixtures::read(fixtures::root() / "clients" / file));
  REQUIRE(request);
  ir::Notes notes;
  auto written = to.encode_request(*request, dialect::Traits{}, notes);
  REQUIRE(written);
  body = *std::move(written);
  auto read = decode(to, body);
  REQUIRE(read);
  return *std::move(read);
}

std::string after_model(std::string messages) { return R"({"model":"m","max_tokens":1,)" + messages.substr(1); }

TEST_CASE("a coding agent's conversation reaches a Chat service as the reference says", "[dialects][fixtures]") {
  if (!fixtures::available()) SKIP("no recorded clients beside the repository");
  std::string body;
  auto got =
      sent(dialect::anthropic_messages, dialect::openai_chat, "composed-claude-code-messages/request.json", body);
  const auto reference = decode(
      dialect::openai_chat, after_model(fixtures::read(
                                fixtures::root() / "clients/composed-claude-code-messages/expected.openai-chat.json")));
  REQUIRE(reference);
  got.tools.clear();  // the reference holds the conversation alone
  got.tool_choice.reset();
  CHECK(fixtures::text_of(got) == fixtures::text_of(*reference));
  CHECK(body.find("x-anthropic-billing-header") == std::string::npos);
  CHECK(body.find("context_management") == std::string::npos);
}

TEST_CASE("a messy Chat history reaches a Messages service as it demands it", "[dialects][fixtures]") {
  if (!fixtures::available()) SKIP("no recorded clients beside the repository");
  std::string body;
  const auto got =
      sent(dialect::openai_chat, dialect::anthropic_messages, "composed-chat-messy-history/request.json", body);
  const auto view = json::parse(body);
  REQUIRE(view);
  std::string last;
  for (const json::View message : (*view)["messages"].elements()) {
    const auto role = message["role"].string().value_or("");
    CHECK(role != last);
    last = role;
    bool text_seen = false;
    for (const json::View block : message["content"].elements()) {
      const bool text = block["type"].equals("text");
      if (text) CHECK_FALSE(block["text"].empty_value());
      if (block["type"].equals("tool_result")) CHECK_FALSE(text_seen);
      if (block["type"].equals("tool_use")) CHECK(block["input"].is_object());
      text_seen = text_seen || text;
    }
  }
  CHECK(got.messages.size() >= 3);
}

}  // namespace client_requests
