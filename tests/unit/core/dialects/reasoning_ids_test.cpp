#include <catch2/catch_test_macros.hpp>
#include <string>

#include "core/dialects/opaque.h"
#include "core/ir/answer.h"
#include "support/messages_stream.h"

using namespace llmgw;

namespace reasoning_ids_test {

// A service's stream with encrypted reasoning that it knows by an id.
ir::Events events_of_stream(IdSource& ids) {
  const auto decoder = dialect::openai_chat.stream_decoder(ids);
  ir::Events events;
  for (const std::string data :
       {R"({"id":"g","choices":[{"index":0,"delta":{"reasoning":"why","reasoning_details":[)"
        R"({"type":"reasoning.summary","summary":"why","format":"openai-responses-v1","index":0}]}}]})",
        R"({"id":"g","choices":[{"index":0,"delta":{"reasoning_details":[)"
        R"({"type":"reasoning.encrypted","data":"gAAA","format":"openai-responses-v1","id":"rs_1","index":0}]}}]})",
        R"({"id":"g","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]})", "[DONE]"}) {
    sse::Frame frame;
    frame.data = data;
    decoder->frame(frame, events);
  }
  return events;
}

TEST_CASE("the id of encrypted reasoning reaches a Messages client inside the signature", "[dialects][req-9]") {
  IdSource ids(1);
  const auto stream = support::encode_messages_stream(events_of_stream(ids));
  const auto begin = stream.find("llmgw1.");
  REQUIRE(begin != std::string::npos);
  const auto carried = dialect::unwrap(stream.substr(begin, stream.find('"', begin) - begin));
  REQUIRE(carried);
  CHECK(carried->kind == "encrypted");
  CHECK(carried->data == "gAAA");
  CHECK(carried->id == "rs_1");
}

TEST_CASE("the id of encrypted reasoning reaches a Chat client, streamed and whole", "[dialects][req-9]") {
  IdSource ids(1);
  const auto events = events_of_stream(ids);
  dialect::ClientContext client;
  client.ids = &ids;
  const std::string details =
      R"({"type":"reasoning.encrypted","data":"gAAA","format":"openai-responses-v1","id":"rs_1","index":0})";
  ir::Collector collector;
  collector.add(events);
  CHECK(dialect::openai_chat.encode_response(collector.answer(), client).find(details) != std::string::npos);
  for (const auto& told : {events, ir::replay(collector.answer())}) {
    std::string out;
    const auto encoder = dialect::openai_chat.stream_encoder(client);
    for (const auto& event : told) encoder->encode(event, out);
    CHECK(out.find(details) != std::string::npos);
  }
}

}  // namespace reasoning_ids_test
