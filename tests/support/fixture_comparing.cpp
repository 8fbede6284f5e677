#include <fmt/format.h>

#include <set>

#include "core/json/view.h"
#include "support/fixtures.h"

namespace llmgw::fixtures {
namespace fixture_comparing {

// Collects what differs, one line each.
class Differences {
 public:
  void text(std::string_view what, std::string_view expected, std::string_view got) {
    if (expected != got) out_ += fmt::format("{}: expected \"{}\", got \"{}\"\n", what, expected, got);
  }
  void number(std::string_view what, std::int64_t expected, std::int64_t got) {
    if (expected != got) out_ += fmt::format("{}: expected {}, got {}\n", what, expected, got);
  }
  void add(std::string line) { out_ += std::move(line) + "\n"; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::vector<const ir::ToolCall*> calls(const ir::Choice& choice) {
  std::vector<const ir::ToolCall*> out;
  for (const auto& block : choice.blocks) {
    const auto* call = std::get_if<ir::ToolCall>(&block.value);
    if (call != nullptr && call->kind != ir::ToolKind::server) out.push_back(call);
  }
  return out;
}

std::string refusal(const ir::Choice& choice) {
  std::string out;
  for (const auto& block : choice.blocks) {
    if (const auto* part = std::get_if<ir::Refusal>(&block.value)) out += part->text;
  }
  return out;
}

void compare_calls(json::View expected, const ir::Choice& choice, Differences& out) {
  const auto got = calls(choice);
  std::size_t number = 0;
  std::set<std::string> ids;
  for (const json::View call : expected.elements()) {
    if (number >= got.size()) break;
    const auto& read = *got[number];
    const auto where = fmt::format("tool_calls[{}]", number++);
    if (call["id"].is_string()) out.text(where + ".id", *call["id"].string(), read.id);
    if (read.id.empty() || !ids.insert(read.id).second) out.add(where + ".id is empty or not unique");
    out.text(where + ".name", call["name"].string().value_or(""), read.name);
    const std::string args = read.args.empty() && call["arguments"].equals("{}") ? "{}" : read.args;
    out.text(where + ".arguments", call["arguments"].string().value_or(""), args);
  }
  std::size_t wanted = 0;
  for ([[maybe_unused]] const json::View call : expected.elements()) ++wanted;
  out.number("number of tool calls", static_cast<std::int64_t>(wanted), static_cast<std::int64_t>(got.size()));
}

void compare_choice(json::View expected, const ir::Answer& answer, std::size_t number, Differences& out) {
  static const ir::Choice none;
  const ir::Choice& choice = number < answer.choices.size() ? answer.choices[number] : none;
  for (const auto& [key, value] : expected.members()) {
    if (key == "text")
      out.text("text", value.string().value_or(""), answer.text(number));
    else if (key == "reasoning")
      out.text("reasoning", value.string().value_or(""), answer.reasoning(number));
    else if (key == "refusal")
      out.text("refusal", value.string().value_or(""), refusal(choice));
    else if (key == "raw_finish")
      out.text("raw_finish", value.string().value_or(""), choice.raw_finish);
    else if (key == "tool_calls")
      compare_calls(value, choice, out);
    else if (key == "finish") {
      const bool seen = choice.finish != ir::FinishReason::none;
      out.text("finish", value.string().value_or("null"), seen ? ir::finish_name(choice.finish) : "null");
    }
  }
}

void compare_usage(json::View expected, const ir::Answer& answer, Differences& out) {
  if (expected.absent() != !answer.usage.has_value()) {
    return out.add(fmt::format("usage: expected {}, got {}", expected.raw(), answer.usage ? "one" : "none"));
  }
  if (!answer.usage) return;
  const auto& usage = *answer.usage;
  for (const auto& [key, value] : expected.members()) {
    const auto wanted = value.integer().value_or(0);
    if (key == "input_total")
      out.number("input_total", wanted, usage.input_total);
    else if (key == "input_cached")
      out.number("input_cached", wanted, usage.input_cached);
    else if (key == "input_cache_write")
      out.number("input_cache_write", wanted, usage.input_cache_write);
    else if (key == "output_total")
      out.number("output_total", wanted, usage.output_total);
    else if (key == "output_reasoning")
      out.number("output_reasoning", wanted, usage.output_reasoning);
  }
}

void compare_error(json::View expected, const ir::Answer& answer, Differences& out) {
  // A cut stream has no error of the upstream's in it: `complete` says what happened.
  if (expected.absent() && answer.error && answer.error->wire_code == "stream_incomplete") return;
  if (expected.absent() != !answer.error.has_value()) {
    const std::string got = answer.error ? answer.error->message : std::string("none");
    return out.add(fmt::format("error: expected {}, got {}", expected.raw(), got));
  }
  if (!answer.error) return;
  const Error& error = *answer.error;
  const auto& row = error_class(error.code);
  const int status = error.status != 0 ? error.status : row.http_status;
  for (const auto& [key, value] : expected.members()) {
    const auto wanted = value.string().value_or("");
    if (key == "message")
      out.text("error.message", wanted, error.message);
    else if (key == "class")
      out.text("error.class", wanted, row.name);
    else if (key == "status" || (key == "code" && value.is_number())) {
      out.number("error.status", value.integer().value_or(0), status);
    } else if (key == "code") {
      out.text("error.code", wanted, error.wire_code.empty() ? row.openai_code : error.wire_code);
    } else if (key == "type" && wanted != row.anthropic_type) {
      out.text("error.type", wanted, error.wire_type.empty() ? row.openai_type : error.wire_type);
    }
  }
}

std::string_view finish_of(const ir::Choice& choice) { return ir::finish_name(choice.finish); }

void compare_choices(const ir::Choice& one, const ir::Choice& other, Differences& out) {
  const auto first = calls(one);
  const auto second = calls(other);
  out.number("number of tool calls", static_cast<std::int64_t>(first.size()), static_cast<std::int64_t>(second.size()));
  for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
    out.text("id", first[i]->id, second[i]->id);
    out.text("name", first[i]->name, second[i]->name);
    out.text("arguments", first[i]->args, second[i]->args);
  }
  out.text("finish", finish_of(one), finish_of(other));
}

}  // namespace fixture_comparing

std::string difference(std::string_view expected, const ir::Answer& answer) {
  fixture_comparing::Differences out;
  const auto outcome = json::parse(expected);
  if (!outcome) return "the outcome is not JSON";
  const auto choices = (*outcome)["choices"];
  if (choices.is_array()) {
    std::size_t number = 0;
    for (const json::View choice : choices.elements()) {
      fixture_comparing::compare_choice(choice, answer, number++, out);
    }
  } else {
    fixture_comparing::compare_choice(*outcome, answer, 0, out);
  }
  if ((*outcome)["usage"]) fixture_comparing::compare_usage((*outcome)["usage"], answer, out);
  if ((*outcome)["error"]) fixture_comparing::compare_error((*outcome)["error"], answer, out);
  const auto complete = (*outcome)["complete"].boolean();
  if (complete && *complete != answer.complete) out.add(fmt::format("complete: expected {}", *complete));
  return out.take();
}

std::string difference(const ir::Answer& one, const ir::Answer& other) {
  fixture_comparing::Differences out;
  const auto count = std::max(one.choices.size(), other.choices.size());
  for (std::size_t i = 0; i < count; ++i) {
    const ir::Choice none;
    const auto& first = i < one.choices.size() ? one.choices[i] : none;
    const auto& second = i < other.choices.size() ? other.choices[i] : none;
    out.text("text", one.text(i), other.text(i));
    out.text("reasoning", one.reasoning(i), other.reasoning(i));
    out.text("refusal", fixture_comparing::refusal(first), fixture_comparing::refusal(second));
    fixture_comparing::compare_choices(first, second, out);
  }
  if (one.usage != other.usage) out.add("usage differs");
  if (one.error.has_value() != other.error.has_value()) out.add("error differs");
  if (one.complete != other.complete) out.add("completeness differs");
  return out.take();
}

}  // namespace llmgw::fixtures
