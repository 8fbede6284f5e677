#include "core/ir/answer.h"

#include <catch2/catch_test_macros.hpp>

namespace answer_test {

namespace ir = llmgw::ir;

ir::Event open_block(int index, ir::BlockKind kind, std::string id = {}, std::string name = {}) {
  ir::BlockOpen open;
  open.index = index;
  open.kind = kind;
  open.id = std::move(id);
  open.name = std::move(name);
  return open;
}

TEST_CASE("collector joins deltas of interleaved blocks by their index", "[ir]") {
  ir::Collector collector;
  collector.add(ir::Start{"a", "m", 7});
  collector.add(open_block(0, ir::BlockKind::tool_call, "c1", "f"));
  collector.add(open_block(1, ir::BlockKind::tool_call, "c2", "g"));
  collector.add(ir::Delta{0, 1, ir::DeltaKind::args, "{\"b\""});
  collector.add(ir::Delta{0, 0, ir::DeltaKind::args, "{}"});
  collector.add(ir::Delta{0, 1, ir::DeltaKind::args, ":2}"});
  collector.add(ir::Finish{0, ir::FinishReason::tool_calls, "tool_calls", {}});
  collector.add(ir::End{true});

  const auto& answer = collector.answer();
  REQUIRE(answer.choices.size() == 1);
  REQUIRE(answer.choices[0].blocks.size() == 2);
  CHECK(std::get<ir::ToolCall>(answer.choices[0].blocks[0].value).args == "{}");
  CHECK(std::get<ir::ToolCall>(answer.choices[0].blocks[1].value).args == "{\"b\":2}");
  CHECK(answer.complete);
}

TEST_CASE("collector gives deltas to the newest block of an index that is used again", "[ir]") {
  ir::Collector collector;
  collector.add(open_block(0, ir::BlockKind::text));
  collector.add(ir::Delta{0, 0, ir::DeltaKind::text, "a"});
  collector.add(open_block(0, ir::BlockKind::tool_call, "c", "f"));
  collector.add(open_block(-1, ir::BlockKind::text));
  collector.add(ir::Delta{0, 0, ir::DeltaKind::args, "{}"});
  collector.add(ir::Delta{0, -1, ir::DeltaKind::text, "b"});
  const auto& blocks = collector.answer().choices.at(0).blocks;
  REQUIRE(blocks.size() == 3);
  CHECK(std::get<ir::Text>(blocks[0].value).text == "a");
  CHECK(std::get<ir::ToolCall>(blocks[1].value).args == "{}");
  CHECK(std::get<ir::Text>(blocks[2].value).text == "b");
}

TEST_CASE("collector keeps the last usage and the last finish", "[ir]") {
  ir::Collector collector;
  ir::Usage first;
  first.input_total = 3;
  ir::Usage last;
  last.input_total = 5;
  collector.add(first);
  collector.add(ir::Finish{0, ir::FinishReason::stop, "stop", {}});
  collector.add(last);
  collector.add(ir::Finish{0, ir::FinishReason::length, "length", {}});
  CHECK(collector.answer().usage == last);
  CHECK(collector.answer().choices.at(0).finish == ir::FinishReason::length);
  CHECK_FALSE(collector.answer().complete);
}

TEST_CASE("collector keeps text and signature of reasoning apart", "[ir]") {
  ir::Collector collector;
  collector.add(open_block(0, ir::BlockKind::reasoning));
  collector.add(ir::Delta{0, 0, ir::DeltaKind::reasoning, "think"});
  collector.add(ir::Delta{0, 0, ir::DeltaKind::signature, "sig"});
  const auto& block = std::get<ir::Reasoning>(collector.answer().choices.at(0).blocks.at(0).value);
  CHECK(block.text == "think");
  CHECK(block.signature == "sig");
}

TEST_CASE("replaying an answer and collecting it again gives the same answer", "[ir]") {
  ir::Answer answer;
  answer.id = "id";
  answer.model = "m";
  answer.complete = true;
  answer.usage = ir::Usage{.input_total = 4, .output_total = 2};
  ir::Choice choice;
  ir::Block reasoning;
  ir::Reasoning thought;
  thought.text = "hm";
  thought.signature = "s";
  thought.origin = "anthropic";
  reasoning.value = thought;
  ir::Block text;
  text.value = ir::Text{"hello", {}};
  ir::Block call;
  call.value = ir::ToolCall{"c1", "f", ir::ToolKind::function, "{}"};
  choice.blocks = {reasoning, text, call};
  choice.finish = ir::FinishReason::tool_calls;
  answer.choices = {choice, choice};

  ir::Collector collector;
  collector.add(ir::replay(answer));
  const auto& again = collector.answer();
  REQUIRE(again.choices.size() == 2);
  CHECK(again.id == "id");
  CHECK(again.text(1) == "hello");
  CHECK(again.reasoning(1) == "hm");
  CHECK(std::get<ir::Reasoning>(again.choices[1].blocks.at(0).value).signature == "s");
  CHECK(std::get<ir::ToolCall>(again.choices[0].blocks.at(2).value).id == "c1");
  CHECK(again.usage == answer.usage);
  CHECK(again.complete);
}

TEST_CASE("collector joins the log-probabilities of a stream", "[ir]") {
  ir::Collector collector;
  collector.add(ir::Logprobs{0, R"({"content":[{"token":"a"}],"refusal":null})"});
  collector.add(ir::Logprobs{0, R"({"content":[{"token":"b"}],"refusal":null})"});
  CHECK(collector.answer().choices.at(0).logprobs == R"({"content":[{"token":"a"},{"token":"b"}],"refusal":null})");
}

TEST_CASE("collector ignores deltas of blocks that were never opened", "[ir]") {
  ir::Collector collector;
  collector.add(ir::Delta{0, 3, ir::DeltaKind::text, "lost"});
  CHECK(collector.answer().text().empty());
}

}  // namespace answer_test
