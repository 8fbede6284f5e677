#include "core/dialects/anthropic_messages/sampling.h"

#include <algorithm>
#include <string>

namespace llmgw::dialect::messages {
namespace sampling {

constexpr double top_p_with_thinking = 0.95;  // docs.claude.com, extended thinking: between 0.95 and 1

void drop(ir::Notes& notes, bool present, const char* path, const char* why = "unknown to the Messages API") {
  if (present) notes.add(path, ir::NoteAction::dropped, why);
}

bool blank(const std::string& text) { return text.find_first_not_of(" \t\r\n") == std::string::npos; }

void write_stop(json::Writer& writer, const ir::Request& request, ir::Notes& notes) {
  const auto blanks = std::ranges::count_if(request.stop, blank);
  drop(notes, blanks > 0, "stop", "stop texts of white space only");
  if (static_cast<std::size_t>(blanks) == request.stop.size()) return;
  writer.key("stop_sequences");
  writer.begin_array();
  for (const auto& text : request.stop) {
    if (!blank(text)) writer.string(text);
  }
  writer.end_array();
}

void write_temperature(json::Writer& writer, double temperature, bool thinks, ir::Notes& notes) {
  if (thinks && temperature != 1) return drop(notes, true, "temperature", "thinking excludes it");
  if (temperature > 1) notes.add("temperature", ir::NoteAction::clamped, "1 is the most");
  writer.key("temperature");
  writer.number(std::clamp(temperature, 0.0, 1.0));
}

void write_top_p(json::Writer& writer, double top_p, bool thinks, ir::Notes& notes) {
  const bool low = thinks && top_p < top_p_with_thinking;
  if (low) notes.add("top_p", ir::NoteAction::clamped, "0.95 is the least with thinking");
  writer.key("top_p");
  writer.number(low ? top_p_with_thinking : top_p);
}

}  // namespace sampling

Result<> check_sampling(const ir::Request& request, ir::Notes& notes) {
  if (request.n.value_or(1) > 1)
    return fail(Errc::invalid_request, "n: the Messages API gives one answer; ask for more in separate requests", "n",
                "unsupported_parameter");
  sampling::drop(notes, request.seed.has_value(), "seed");
  sampling::drop(notes, request.min_p.has_value(), "min_p");
  sampling::drop(notes, request.presence_penalty.value_or(0) != 0, "presence_penalty");
  sampling::drop(notes, request.frequency_penalty.value_or(0) != 0, "frequency_penalty");
  sampling::drop(notes, request.logprobs.value_or(false), "logprobs");
  sampling::drop(notes, request.top_logprobs.value_or(0) != 0, "top_logprobs");
  sampling::drop(notes, !request.logit_bias.empty(), "logit_bias");
  sampling::drop(notes, !request.verbosity.empty(), "verbosity");
  sampling::drop(notes, !request.cache_key.empty(), "prompt_cache_key");
  sampling::drop(notes, !request.metadata.empty(), "metadata");
  return {};
}

void write_sampling(Output out, const ir::Request& request, const ModelRules& rules, bool thinks) {
  auto& [writer, notes] = out;
  sampling::write_stop(writer, request, notes);
  if (!rules.takes_sampling) {
    sampling::drop(notes, request.temperature.has_value(), "temperature", "the model refuses it");
    sampling::drop(notes, request.top_p.has_value(), "top_p", "the model refuses it");
    sampling::drop(notes, request.top_k.has_value(), "top_k", "the model refuses it");
    return;
  }
  if (request.temperature) sampling::write_temperature(writer, *request.temperature, thinks, notes);
  const bool both = request.temperature && request.top_p && rules.one_of_sampling;
  if (both) sampling::drop(notes, true, "top_p", "the model takes temperature or top_p, not both");
  if (request.top_p && !both) sampling::write_top_p(writer, *request.top_p, thinks, notes);
  if (!request.top_k) return;
  if (thinks) return sampling::drop(notes, true, "top_k", "thinking excludes it");
  writer.member("top_k", *request.top_k);
}

}  // namespace llmgw::dialect::messages
