#include <utility>

#include "core/dialects/anthropic_messages/block_reader.h"
#include "core/dialects/anthropic_messages/content.h"
#include "core/dialects/anthropic_messages/error_object.h"
#include "core/dialects/anthropic_messages/format.h"
#include "core/dialects/anthropic_messages/stop_reason.h"
#include "core/dialects/anthropic_messages/usage.h"
#include "core/dialects/upstream_error.h"
#include "core/json/writer.h"
#include "core/tokens/estimate.h"

namespace llmgw::dialect::messages {
namespace response {

Error no_message() {
  Error error;
  error.code = Errc::upstream_protocol;
  error.message = "the upstream's answer is no Messages object: it has no content array";
  return error;
}

/// The members of an answer, found in one pass.
struct Parts {
  json::View id, model, content, stop_reason, stop_sequence, usage;

  explicit Parts(json::View body) {
    for (const auto& [key, value] : body.members()) {
      if (key == "content")
        content = value;
      else if (key == "id")
        id = value;
      else if (key == "model")
        model = value;
      else if (key == "stop_reason")
        stop_reason = value;
      else if (key == "stop_sequence")
        stop_sequence = value;
      else if (key == "usage")
        usage = value;
    }
  }
};

/// What comes behind the blocks.
void close(const Parts& parts, bool has_tool_calls, ir::Events& events) {
  if (const auto word = parts.stop_reason.string())
    events.emplace_back(finish_event(*word, parts.stop_sequence, has_tool_calls));
  WireUsage usage;
  usage.update(parts.usage);
  if (usage.seen()) events.emplace_back(usage.totals());
  events.emplace_back(ir::End{true});
}

ir::Usage usage_of(const ir::Answer& answer, const ClientContext& client) {
  if (answer.usage) return *answer.usage;
  ir::Usage usage;
  usage.input_total = client.input_estimate;
  usage.output_total = tokens::estimate_output(answer);
  return usage;
}

}  // namespace response

void decode_response(json::View body, IdSource& ids, ir::Events& events) {
  const response::Parts parts(body);
  if (!parts.content.is_array())
    return end_with_fault(is_error_body(body) ? error_in_answer(body) : response::no_message(), events);
  ir::Start start;
  start.id = parts.id.string().value_or("");
  start.model = parts.model.string().value_or("");
  events.emplace_back(std::move(start));
  BlockReader blocks(ids);
  std::int64_t index = 0;
  for (const auto& block : parts.content.elements()) {
    blocks.open(index, block, events);
    blocks.close(index, events);
    ++index;
  }
  response::close(parts, blocks.has_tool_calls(), events);
}

void outline_response(json::View body, ir::Events& events) {
  const response::Parts parts(body);
  if (!parts.content.is_array())
    return end_with_fault(is_error_body(body) ? error_in_answer(body) : response::no_message(), events);
  bool has_tool_calls = false;
  for (const auto& block : parts.content.elements()) has_tool_calls |= block["type"].equals("tool_use");
  response::close(parts, has_tool_calls, events);
}

std::string encode_response(const ir::Answer& answer, const ClientContext& client) {
  std::string out;
  out.reserve(json::usual_size);
  json::Writer writer(out);
  writer.begin_object();
  writer.member("id", client.ids->make("msg_", 24));
  writer.member("type", "message");
  writer.member("role", "assistant");
  writer.member("model", client.model.empty() ? answer.model : client.model);
  writer.key("content");
  writer.begin_array();
  Ending ending;
  if (!answer.choices.empty()) {
    const auto& choice = answer.choices.front();
    ending = write_answer(writer, choice.blocks, client);
    ending.reason = choice.finish;
    ending.stop_sequence = choice.stop_sequence;
  }
  writer.end_array();
  write_ending(writer, ending);
  writer.key("usage");
  write_usage(writer, response::usage_of(answer, client));
  writer.end_object();
  return out;
}

}  // namespace llmgw::dialect::messages
