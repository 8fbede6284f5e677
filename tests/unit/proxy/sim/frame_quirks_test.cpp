#include "proxy/sim/frame_quirks.h"

#include <catch2/catch_test_macros.hpp>

#include "core/json/view.h"

using namespace llmgw;

namespace sim_frame_quirks_test {

const std::string role = R"({"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})";
const std::string text = R"({"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}]})";
const std::string thought =
    R"({"choices":[{"index":0,"delta":{"reasoning_content":"h","reasoning":"h"},"finish_reason":null}]})";
const std::string finish = R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})";
const std::string usage = R"({"choices":[],"usage":{"prompt_tokens":1}})";

std::string data(const std::string& json) { return "data: " + json + "\n\n"; }

std::string bend(std::string_view script, const std::string& events, bool chat = true) {
  sim::Behaviour behaviour;
  if (const auto applied = sim::apply_script(behaviour, script); !applied) FAIL(applied.error().message);
  sim::FrameQuirks quirks(behaviour, chat);
  std::string out;
  quirks.rewrite(events, {3, 4}, out);
  quirks.flush(out);
  return out;
}

bool has(const std::string& whole, std::string_view part) { return whole.find(part) != std::string::npos; }

TEST_CASE("without quirks events pass byte for byte", "[sim]") {
  const auto events = data(role) + data(text) + data(finish) + data(usage) + "data: [DONE]\n\n";
  CHECK(bend("", events) == events);
}

TEST_CASE("framing quirks change lines and nothing else", "[sim]") {
  CHECK(bend("crlf", data(text)) == "data: " + text + "\r\n\r\n");
  CHECK(bend("no-space", data(text)) == "data:" + text + "\n\n");
  CHECK(bend("comments", data(text)) == ": ping\n\n" + data(text));
  CHECK(bend("event-lines", data(text)) == "event: message\n" + data(text));
  CHECK(bend("no-space,crlf", "event: x\n" + data("{}"), false) == "event:x\r\ndata:{}\r\n\r\n");
}

TEST_CASE("endings can be left out", "[sim]") {
  CHECK(bend("no-done", data(finish) + "data: [DONE]\n\n") == data(finish));
  CHECK(has(bend("no-finish", data(finish)), R"("finish_reason":null)"));
  const auto stop = "event: message_stop\n" + data(R"({"type":"message_stop"})");
  CHECK(bend("no-done", stop, false).empty());
  const auto delta =
      "event: message_delta\n" + data(R"({"delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}})");
  CHECK(has(bend("no-finish", delta, false), R"("stop_reason":null)"));
  CHECK_FALSE(has(bend("usage=none", delta, false), "usage"));
}

TEST_CASE("usage comes in the ways that servers have", "[sim]") {
  CHECK(has(bend("usage=continuous", data(text)),
            R"("usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7})"));
  CHECK(has(bend("usage=choices-in-usage", data(usage)), R"("choices":[{"index":0,"delta":{},)"));
  CHECK(bend("usage-twice", data(usage)) == data(usage) + data(usage));
}

TEST_CASE("deltas come in the ways that servers have", "[sim]") {
  CHECK_FALSE(has(bend("role-chunk=none", data(role)), "role"));
  CHECK(has(bend("null-content", data(thought)), R"("content":null)"));
  CHECK(has(bend("empty-deltas", data(text)), R"("delta":{})"));
  CHECK(bend("reasoning=1:reasoning", data(thought)).find("reasoning_content") == std::string::npos);
  CHECK(has(bend("reasoning=1:both", data(thought)), R"("reasoning_content":"h","reasoning":"h")"));
  CHECK_FALSE(has(bend("", data(thought)), R"("reasoning":)"));
}

TEST_CASE("the last text can come with the finish reason", "[sim]") {
  const auto bent = bend("finish-with-text", data(text) + data(text) + data(finish) + "data: [DONE]\n\n");
  CHECK(bent == data(text) + data(R"({"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":"stop"}]})") +
                    "data: [DONE]\n\n");
}

TEST_CASE("a broken event is no JSON", "[sim]") {
  sim::Behaviour behaviour;
  std::string out;
  sim::FrameQuirks(behaviour, true).broken(out);
  CHECK(out.starts_with("data: "));
  CHECK_FALSE(json::parse(out.substr(6)));
}

}  // namespace sim_frame_quirks_test
