#include "core/sse/encoder.h"

#include <catch2/catch_test_macros.hpp>

#include "core/sse/decoder.h"

namespace llmgw::sse {
namespace encoder_test {

TEST_CASE("sse encoder appends what the decoder reads", "[sse]") {
  std::string out;
  append_comment(out, "keep-alive");
  append_event(out, "message_start", "{\"a\":1}");
  append_data(out, "[DONE]");
  CHECK(out == ": keep-alive\n\nevent: message_start\ndata: {\"a\":1}\n\ndata: [DONE]\n\n");
  Decoder decoder;
  decoder.feed(out);
  const auto first = decoder.next();
  REQUIRE(first->has_value());
  CHECK((*first)->event == "message_start");
  CHECK((*first)->data == "{\"a\":1}");
  CHECK((*decoder.next())->data == "[DONE]");
  CHECK(decoder.comments() == 1);
}

}  // namespace encoder_test
}  // namespace llmgw::sse
