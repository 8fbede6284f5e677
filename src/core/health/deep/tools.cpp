#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/health/deep/asking.h"

namespace llmgw::health::deep {
namespace deep_tools {

constexpr std::int64_t tokens = 256;
constexpr std::string_view weather = "What is the weather in Paris? Use the tool.";
constexpr std::string_view members =
    R"(,"tools":[{"type":"function","function":{"name":"get_weather","description":"The weather of a city.",)"
    R"("parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],)"
    R"("additionalProperties":false}}}],"tool_choice":{"type":"function","function":{"name":"get_weather"}})";

// How models write a call before a server makes one of it. In a client's text they mean that nobody parsed them: the
// tool parser is missing, or of another model. From the chat templates that the makers publish.
constexpr std::array<std::string_view, 10> raw_marks{
    "<tool_call>",     // Qwen, Hermes, GLM
    "<function=",      // Qwen3 Coder, Llama
    "<|tool",          // Kimi: <|tool_calls_section_begin|>
    "<｜tool",         // DeepSeek: <｜tool▁calls▁begin｜>
    "DSML",            // DeepSeek V4
    "[TOOL_CALLS]",    // Mistral
    "<|python_tag|>",  // Llama 3.1
    "<|channel|>",     // gpt-oss
    "<minimax:tool_call>",
    "<arg_key>",  // GLM
};

std::string_view leaked_mark(const Answer& answer) {
  for (const auto mark : raw_marks) {
    if (answer.text.contains(mark)) return mark;
  }
  return {};
}

/// What is wrong with a call's arguments, or nothing.
std::optional<Finding> argument_fault(const std::string& arguments) {
  const auto parsed = llmgw::json::parse(arguments);
  if (!parsed)
    return Finding{State::crit, "arguments_malformed", "the arguments are not JSON: " + in_quotes(arguments)};
  if (!parsed->is_object() || !(*parsed)["city"].is_string()) {
    return Finding{State::crit, "arguments_wrong", "the arguments do not fit the schema: " + in_quotes(arguments)};
  }
  for (const auto& [name, value] : parsed->members()) {
    if (name != "city") {
      return Finding{State::crit, "arguments_wrong", fmt::format("\"{}\" is no argument of the schema", name)};
    }
  }
  return std::nullopt;
}

/// The fault of one answer; nullopt: a proper call.
std::optional<Finding> fault_of(const Exchange& exchange) {
  if (auto failed = unserved_feature(exchange, "tools")) return failed;
  const auto answer = read_chat(exchange);
  if (!answer.trouble.empty()) return Finding{State::crit, "answer_malformed", answer.trouble};
  if (const auto mark = leaked_mark(answer); !mark.empty()) {
    return Finding{State::crit, "tool_markup_leaked",
                   fmt::format("the text holds {}: {}", mark, in_quotes(answer.text))};
  }
  if (answer.calls.empty() && answer.finish == "length") {
    return Finding{State::unknown, "answer_truncated",
                   fmt::format("no call within {} tokens", exchange.question.completion_tokens)};
  }
  if (answer.calls.empty()) {
    return Finding{State::crit, "tool_call_missing", "the forced tool was not called: " + in_quotes(answer.text)};
  }
  if (answer.calls.front().name != "get_weather") {
    return Finding{State::crit, "tool_call_missing", fmt::format("\"{}\" was called", answer.calls.front().name)};
  }
  return argument_fault(answer.calls.front().arguments);
}

}  // namespace deep_tools

Plan tools_plan(const Facts& facts, const Expectations& expectations) {
  const auto subject = consented(facts, expectations, Mode::chat);
  if (!subject) return std::unexpected(subject.error());
  if (facts.kind->messages_only) return std::unexpected(Finding{State::skipped, "not_offered", "no Chat format"});
  Prompt prompt{.text = deep_tools::weather,
                .tokens = deep_tools::tokens,
                .members = deep_tools::members,
                .extra = extra_of_schemas};
  const auto whole = ask_chat(*subject, prompt);
  prompt.streamed = true;
  return std::vector{whole, ask_chat(*subject, prompt)};
}

Finding tools(const Facts& facts, const Expectations& /*unused*/) {
  const auto [exchanges, instead] = answers_to(facts, "tools", 2);
  if (exchanges == nullptr) return instead;
  const auto& whole = exchanges->front();
  const auto& streamed = exchanges->back();
  if (auto fault = deep_tools::fault_of(whole)) return *std::move(fault);
  if (auto fault = deep_tools::fault_of(streamed)) {
    fault->message = "streamed: " + fault->message;
    return *std::move(fault);
  }
  return {State::ok, "ok", "the call is right, whole and streamed", {{"", whole.reply.seconds, Unit::seconds}}};
}

}  // namespace llmgw::health::deep
