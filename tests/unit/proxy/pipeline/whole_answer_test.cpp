#include "proxy/pipeline/whole_answer.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "core/providers/provider.h"

namespace whole_answer_test {

using namespace llmgw;
using Catch::Matchers::ContainsSubstring;

// What a client of the one format gets of a whole answer in the other.
Result<std::string> converted(const dialect::Dialect& client, const dialect::Dialect& upstream_format, std::string body,
                              const std::vector<ir::Tool>& tools = {}) {
  ManualClock clock;
  IdSource ids{1};
  proxy::Upstream upstream;
  proxy::Attempt attempt{upstream, upstream_format, false, {}, {}, {}, std::nullopt};
  attempt.client.ids = &ids;
  attempt.tool_names = dialect::ToolNames(tools);
  attempt.custom_calls = dialect::CustomCalls(tools);
  http::ResponseHead head;
  head.headers.add("content-type", "application/json");
  return proxy::WholeAnswer(attempt, client, ids, clock).convert(std::move(body), head);
}

TEST_CASE("an answer that the model's server broke off is a failure to a client of the other format", "[pipeline]") {
  const auto out = converted(dialect::anthropic_messages, dialect::openai_chat,
                             R"({"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"Half an"},)"
                             R"("finish_reason":"insufficient_system_resource"}]})");
  REQUIRE_FALSE(out);
  CHECK(out.error().code == Errc::upstream_error);
  CHECK_THAT(out.error().message, ContainsSubstring("insufficient_system_resource"));
}

TEST_CASE("a Chat client gets a whole call of its free-text tool as it declared it", "[pipeline]") {
  ir::Tool tool;
  tool.name = "patch";
  tool.kind = ir::ToolKind::custom;
  const auto out =
      converted(dialect::openai_chat, dialect::anthropic_messages,
                R"({"id":"m","type":"message","role":"assistant","model":"x","stop_reason":"tool_use",)"
                R"("content":[{"type":"tool_use","id":"a","name":"patch","input":{"input":"*** \"P\""}}]})",
                {tool});
  REQUIRE(out);
  CHECK_THAT(*out, ContainsSubstring(
                       R"("tool_calls":[{"id":"a","type":"custom","custom":{"name":"patch","input":"*** \"P\""}}])"));
  CHECK_THAT(*out, ContainsSubstring(R"("finish_reason":"tool_calls")"));
}

}  // namespace whole_answer_test
