#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/dialects/dialect.h"

namespace chat_frame_edits {

using namespace llmgw;

std::string edited(const std::string& stream, const dialect::FrameEdits& edits) {
  sse::Decoder frames;
  frames.feed(stream);
  std::string out;
  for (bool last = false;;) {
    const auto frame = frames.next();
    if (frame && *frame)
      dialect::openai_chat.edit_frame(**frame, edits, out);
    else if (std::exchange(last, true))
      return out;
    else
      frames.finish();
  }
}

const dialect::FrameEdits rename{.model = "public", .strip_usage = false};
const dialect::FrameEdits strip{.model = "", .strip_usage = true};

TEST_CASE("chat frames keep every byte that no edit touches", "[dialects][chat]") {
  const std::string frame = "data:  { \"id\":\"c\",  \"x\": 1e-7, \"model\" : \"up\",\"choices\":[] }  \r\n\r\n";
  CHECK(edited(frame, {}) == frame);
  CHECK(edited(frame, rename) ==
        "data:  { \"id\":\"c\",  \"x\": 1e-7, \"model\" : \"public\",\"choices\":[] }  \r\n\r\n");
  CHECK(edited("data: [DONE]\n\n", rename) == "data: [DONE]\n\n");
}

TEST_CASE("chat frames keep their model where there is nothing to rename", "[dialects][chat]") {
  const auto frame = GENERATE(R"(data: {"model":"public","choices":[]})", R"(data: {"model":"","choices":[]})",
                              R"(data: {"choices":[]})", R"(data: {"model":null,"choices":[]})", "data: [1]");
  CHECK(edited(std::string(frame) + "\n\n", rename) == std::string(frame) + "\n\n");
}

TEST_CASE("chat frames lose the usage that the client did not ask for", "[dialects][chat]") {
  const auto [before, after] = GENERATE(table<std::string, std::string>({
      {R"({"choices":[],"usage":{"prompt_tokens":1}})", ""},
      {R"({"choices":[{"delta":{}}],"usage":null})", "data: {\"choices\":[{\"delta\":{}}]}\n\n"},
      {R"({"choices":[{"delta":{}}],"usage":{"prompt_tokens":1},"id":"c"})",
       "data: {\"choices\":[{\"delta\":{}}],\"id\":\"c\"}\n\n"},
      // Azure's filter results have no choices and no usage: they stay.
      {R"({"choices":[],"prompt_filter_results":[]})", "data: {\"choices\":[],\"prompt_filter_results\":[]}\n\n"},
  }));
  CHECK(edited("data: " + before + "\n\n", strip) == after);
}

TEST_CASE("chat frames with raw line separators are escaped", "[dialects][chat]") {
  CHECK(edited("data: {\"a\":\"x\xE2\x80\xA8y\xE2\x80\xA9z\xC2\x85\xE2\x82\xAC\"}\n\n", {}) ==
        "data: {\"a\":\"x\\u2028y\\u2029z\\u0085\xE2\x82\xAC\"}\n\n");
}

TEST_CASE("chat frames on several lines are put on one when they change", "[dialects][chat]") {
  CHECK(edited("event: x\ndata: {\"model\":\ndata: \"up\"}\n\n", rename) ==
        "event: x\ndata: {\"model\": \"public\"}\n\n");
}

TEST_CASE("a last chat frame without its blank line gets one", "[dialects][chat]") {
  CHECK(edited("data: {\"model\":\"up\"}", rename) == "data: {\"model\":\"public\"}\n\n");
  CHECK(edited("data: [DONE]", rename) == "data: [DONE]\n\n");
}

}  // namespace chat_frame_edits
