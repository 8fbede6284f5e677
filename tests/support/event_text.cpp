#include "support/event_text.h"

#include <fmt/format.h>

#include "core/base/overloaded.h"

namespace llmgw::fixtures {
namespace event_texts {

std::string_view kind_name(ir::BlockKind kind) {
  switch (kind) {
    case ir::BlockKind::text: return "text";
    case ir::BlockKind::reasoning: return "reasoning";
    case ir::BlockKind::refusal: return "refusal";
    case ir::BlockKind::tool_call: return "tool";
    case ir::BlockKind::image: return "image";
    case ir::BlockKind::audio: return "audio";
    case ir::BlockKind::opaque: return "opaque";
  }
  return "?";
}

std::string_view mark(ir::DeltaKind kind) {
  switch (kind) {
    case ir::DeltaKind::text: return "";
    case ir::DeltaKind::reasoning: return "r";
    case ir::DeltaKind::refusal: return "f";
    case ir::DeltaKind::args: return "a";
    case ir::DeltaKind::signature: return "s";
    case ir::DeltaKind::encrypted: return "e";
    case ir::DeltaKind::opaque_id: return "i";
    case ir::DeltaKind::citation: return "c";
    case ir::DeltaKind::data: return "d";
  }
  return "?";
}

std::string place(int choice, int index) {
  return choice == 0 ? std::to_string(index) : fmt::format("c{}:{}", choice, index);
}

std::string of_choice(int choice) { return choice == 0 ? std::string{} : fmt::format("c{}:", choice); }

std::string open_text(const ir::BlockOpen& open) {
  std::string out = fmt::format("+{}{}", place(open.choice, open.index), kind_name(open.kind));
  if (open.kind == ir::BlockKind::tool_call) out += fmt::format("({},{})", open.id, open.name);
  if (open.tool_kind == ir::ToolKind::custom) out += "!";
  if (!open.json.empty()) out += open.json;
  return out;
}

std::string usage_text(const ir::Usage& usage) {
  return fmt::format("usage({}/{}/{} {}/{})", usage.input_total, usage.input_cached, usage.input_cache_write,
                     usage.output_total, usage.output_reasoning);
}

std::string one(const ir::Event& event) {
  return std::visit(
      overloaded{
          [](const ir::Start& start) { return fmt::format("start({},{})", start.id, start.model); },
          [](const ir::BlockOpen& open) { return open_text(open); },
          [](const ir::Delta& delta) {
            return fmt::format("{}{}\"{}\"", place(delta.choice, delta.index), mark(delta.kind), delta.text);
          },
          [](const ir::BlockClose& close) { return "-" + place(close.choice, close.index); },
          [](const ir::Logprobs& logprobs) { return of_choice(logprobs.choice) + "logprobs" + logprobs.json; },
          [](const ir::Finish& finish) {
            const auto name = ir::finish_name(finish.reason);
            std::string out = of_choice(finish.choice) + fmt::format("finish({}", name);
            if (finish.raw != name) out += "," + finish.raw;
            return out + ")";
          },
          [](const ir::Usage& usage) { return usage_text(usage); },
          [](const ir::Fault& fault) {
            return fmt::format("fault({},{})", error_class(fault.error.code).name, fault.error.wire_code);
          },
          [](const ir::Heartbeat&) { return std::string("beat"); },
          [](const ir::End& end) { return std::string(end.complete ? "end" : "broken"); },
      },
      event);
}

}  // namespace event_texts

std::string line_of(const ir::Events& events) {
  std::string out;
  for (const auto& event : events) {
    if (!out.empty()) out += ' ';
    out += event_texts::one(event);
  }
  return out;
}

std::string books_of(const ir::Events& events) {
  ir::Events finishes;
  ir::Events usage;
  ir::Events rest;
  for (const auto& event : events) {
    if (std::holds_alternative<ir::Finish>(event)) {
      auto finish = std::get<ir::Finish>(event);
      finish.stop_sequence.clear();  // not in any book
      finishes.emplace_back(std::move(finish));
    }
    if (std::holds_alternative<ir::Usage>(event)) usage = {event};
    if (std::holds_alternative<ir::Fault>(event) || std::holds_alternative<ir::End>(event)) rest.push_back(event);
  }
  return line_of(finishes) + "; " + line_of(usage) + "; " + line_of(rest);
}

}  // namespace llmgw::fixtures
