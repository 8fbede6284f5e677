#include "core/ir/reasoning_tags.h"

#include <catch2/catch_test_macros.hpp>

#include "core/ir/answer.h"

namespace reasoning_tags_test {

namespace ir = llmgw::ir;

struct Split {
  std::string reasoning;
  std::string text;
  std::size_t blocks = 0;
  friend bool operator==(const Split&, const Split&) = default;
};

/// One text block, in pieces cut at the given places, through the filter.
Split filtered(std::string_view text, const std::vector<std::size_t>& cuts, bool opened) {
  ir::Events in;
  ir::BlockOpen open;
  in.emplace_back(open);
  std::size_t from = 0;
  for (const auto cut : cuts) {
    if (cut > from) in.emplace_back(ir::Delta{0, 0, ir::DeltaKind::text, std::string(text.substr(from, cut - from))});
    from = cut;
  }
  if (from < text.size()) in.emplace_back(ir::Delta{0, 0, ir::DeltaKind::text, std::string(text.substr(from))});
  in.emplace_back(ir::BlockClose{0, 0});
  ir::ReasoningTags tags(opened);
  ir::Events out;
  for (const auto& event : in) tags.filter({event}, out);
  ir::Collector collector;
  collector.add(out);
  const auto& answer = collector.answer();
  return {answer.reasoning(), answer.text(), answer.choices.empty() ? 0 : answer.choices[0].blocks.size()};
}

void check_every_cut(std::string_view text, bool opened, const Split& wanted) {
  CHECK(filtered(text, {}, opened) == wanted);
  for (std::size_t a = 1; a < text.size(); ++a) {
    for (std::size_t b = a; b < text.size(); ++b) REQUIRE(filtered(text, {a, b}, opened) == wanted);
  }
}

TEST_CASE("a thought in tags becomes a reasoning block, however it is cut", "[reasoning_tags][req-10]") {
  check_every_cut("\n<think>\nLet me see.\n</think>\n\nFour.", false, {"Let me see.\n", "Four.", 2});
}

TEST_CASE("a lone closing tag ends a thought that the template has opened", "[reasoning_tags][req-10]") {
  check_every_cut("Let me </thin see.</think>Four.", true, {"Let me </thin see.", "Four.", 2});
}

TEST_CASE("a thought that never ends stays reasoning", "[reasoning_tags][req-10]") {
  check_every_cut("<think>Hm </th", false, {"Hm </th", "", 1});
  check_every_cut("Hm", true, {"Hm", "", 1});
}

TEST_CASE("what looks like a tag later is text", "[reasoning_tags]") {
  check_every_cut("Use <think> tags </think>.", false, {"", "Use <think> tags </think>.", 1});
  check_every_cut("<think>a</think>b</think><think>c", false, {"a", "b</think><think>c", 2});
  check_every_cut("<thin", false, {"", "<thin", 1});
}

TEST_CASE("blocks behind a split text keep their order and find their deltas", "[reasoning_tags]") {
  ir::BlockOpen call;
  call.index = 1;
  call.kind = ir::BlockKind::tool_call;
  call.id = "c";
  call.name = "f";
  ir::ReasoningTags tags(false);
  ir::Events out;
  tags.filter({ir::BlockOpen{}, ir::Delta{0, 0, ir::DeltaKind::text, "<think>t</think>x"}, ir::BlockClose{0, 0}, call,
               ir::Delta{0, 1, ir::DeltaKind::args, "{}"}, ir::BlockClose{0, 1}},
              out);
  ir::Collector collector;
  collector.add(out);
  const auto& blocks = collector.answer().choices.at(0).blocks;
  REQUIRE(blocks.size() == 3);
  CHECK(std::get<ir::ToolCall>(blocks[2].value).args == "{}");
}

}  // namespace reasoning_tags_test
