#include "core/dialects/custom_calls.h"

#include <catch2/catch_test_macros.hpp>

#include "core/dialects/dialect.h"
#include "support/event_text.h"

using namespace llmgw;

namespace custom_calls_test {

dialect::CustomCalls declared() {
  ir::Tool free_text;
  free_text.name = "patch";
  free_text.kind = ir::ToolKind::custom;
  ir::Tool function;
  function.name = "f";
  return dialect::CustomCalls({free_text, function});
}

ir::BlockOpen call(int index, std::string name, int choice = 0) {
  ir::BlockOpen open;
  open.choice = choice;
  open.index = index;
  open.kind = ir::BlockKind::tool_call;
  open.id = "id";
  open.name = std::move(name);
  return open;
}

ir::Delta args(int index, std::string text, int choice = 0) {
  return {choice, index, ir::DeltaKind::args, std::move(text)};
}

// What comes out when every event is a batch of its own.
std::string restored(const ir::Events& events) {
  auto calls = declared();
  ir::Events out;
  for (const auto& event : events) {
    ir::Events batch{event};
    calls.restore(batch);
    out.insert(out.end(), batch.begin(), batch.end());
  }
  auto at_once = events;
  declared().restore(at_once);
  CHECK(fixtures::line_of(at_once) == fixtures::line_of(out));
  return fixtures::line_of(out);
}

TEST_CASE("a call of a free-text tool gives its text back when it is complete", "[dialects][tools]") {
  CHECK(restored({call(0, "patch"), args(0, R"({"inp)"), args(0, R"(ut":"a\nb"})"), ir::BlockClose{0, 0}}) ==
        "+0tool(id,patch)! 0a\"a\nb\" -0");
}

TEST_CASE("calls of functions pass as they come, also between the pieces of a free-text call", "[dialects][tools]") {
  CHECK(restored({call(0, "patch"), args(0, R"({"input":)"), call(1, "f"), args(1, R"({"input":"x"})"),
                  args(0, R"("y"})"), ir::BlockClose{0, 1}, ir::BlockClose{0, 0}}) ==
        R"(+0tool(id,patch)! +1tool(id,f) 1a"{"input":"x"}" -1 0a"y" -0)");
  CHECK(restored({call(0, "patch"), call(0, "patch", 1), args(0, R"({"input":"a"})"), args(0, R"({"input":"b"})", 1),
                  ir::BlockClose{1, 0}, ir::BlockClose{0, 0}}) ==
        R"(+0tool(id,patch)! +c1:0tool(id,patch)! c1:0a"b" -c1:0 0a"a" -0)");
}

TEST_CASE("arguments that hold no text field are the text themselves", "[dialects][tools]") {
  for (const std::string text : {R"({"input":"cut)", R"({"other":1})", R"({"input":{"a":1}})", "plain"}) {
    CHECK(restored({call(0, "patch"), args(0, text), ir::BlockClose{0, 0}}) ==
          "+0tool(id,patch)! 0a\"" + text + "\" -0");
  }
  CHECK(restored({call(0, "patch"), args(0, R"({"input":""})"), ir::BlockClose{0, 0}}) == "+0tool(id,patch)! -0");
  CHECK(restored({call(0, "patch"), ir::BlockClose{0, 0}}) == "+0tool(id,patch)! -0");
}

TEST_CASE("free text goes into arguments and comes back the same", "[dialects][tools]") {
  for (const std::string text : {"", "a \"quoted\" \\ line\n\xF0\x9F\x99\x82", "{\"input\":1}"}) {
    CHECK(dialect::custom_input(dialect::custom_arguments(text)) == text);
  }
}

TEST_CASE("a grammar is told in words, plain text needs none", "[dialects][tools]") {
  CHECK(dialect::custom_format_words("").empty());
  CHECK(dialect::custom_format_words(R"({"type":"text"})").empty());
  const std::string words = "The input must match this lark grammar:\nstart: \"a\"";
  CHECK(dialect::custom_format_words(R"({"type":"grammar","grammar":{"definition":"start: \"a\"","syntax":"lark"}})") ==
        words);
  CHECK(dialect::custom_format_words(R"({"type":"grammar","definition":"start: \"a\"","syntax":"lark"})") == words);
}

TEST_CASE("a free-text call without end is no answer", "[dialects][tools]") {
  auto calls = declared();
  ir::Events out{call(0, "patch")};
  calls.restore(out);
  const std::string piece(std::size_t{1} << 20U, 'x');
  int pieces = 0;
  for (out.clear(); out.empty() && pieces < 100; ++pieces) {
    out.push_back(args(0, piece));
    calls.restore(out);
  }
  CHECK(pieces == 65);
  REQUIRE(out.size() == 2);
  CHECK(std::get<ir::Fault>(out[0]).error.code == Errc::upstream_protocol);
  CHECK_FALSE(std::get<ir::End>(out[1]).complete);
  out = {args(0, "more"), ir::BlockClose{0, 0}};
  calls.restore(out);
  CHECK(out.empty());
}

TEST_CASE("free-text calls that were given back do not count", "[dialects][tools]") {
  auto calls = declared();
  const std::string piece(std::size_t{40} << 20U, 'x');
  for (int i = 0; i < 3; ++i) {
    ir::Events out{call(i, "patch"), args(i, piece), ir::BlockClose{0, i}};
    calls.restore(out);
    CHECK(out.size() == 3);
  }
}

}  // namespace custom_calls_test
