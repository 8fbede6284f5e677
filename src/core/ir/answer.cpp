#include "core/ir/answer.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "core/base/overloaded.h"
#include "core/json/view.h"
#include "core/json/writer.h"

namespace llmgw::ir {
namespace answer {

// An upstream numbers choices freely; more than this is a broken one, not a request for that many answers.
constexpr int max_choices = 128;

std::size_t slot(int choice) { return static_cast<std::size_t>(std::clamp(choice, 0, max_choices - 1)); }

Block empty_block(const BlockOpen& open) {
  Block block;
  switch (open.kind) {
    case BlockKind::text: block.value = Text{}; break;
    case BlockKind::refusal: block.value = Refusal{}; break;
    case BlockKind::reasoning: {
      Reasoning reasoning;
      reasoning.origin = open.origin;
      block.value = std::move(reasoning);
      break;
    }
    case BlockKind::tool_call: block.value = ToolCall{open.id, open.name, open.tool_kind, {}}; break;
    case BlockKind::image:
    case BlockKind::audio:
    case BlockKind::opaque: block.value = Opaque{open.origin, open.name, open.json}; break;
  }
  return block;
}

// Citations arrive one object at a time and are kept as one JSON array.
void append_citation(Json& citations, const std::string& citation) {
  if (citations.empty()) {
    citations = "[" + citation + "]";
    return;
  }
  citations.pop_back();
  citations += "," + citation + "]";
}

// Streamed log-probabilities come a few tokens at a time; together they are one list per kind.
Json joined_logprobs(const Json& all, const Json& more) {
  if (all.empty()) return more;
  Json out;
  json::Writer writer(out);
  writer.begin_object();
  for (const std::string_view key : {"content", "refusal"}) {
    const auto before = json::trusted(all)[key];
    const auto after = json::trusted(more)[key];
    if (!before && !after) continue;
    writer.key(key);
    if (!before.is_array() && !after.is_array()) {
      writer.null();
      continue;
    }
    writer.begin_array();
    for (const auto& element : before.elements()) writer.raw(element.raw());
    for (const auto& element : after.elements()) writer.raw(element.raw());
    writer.end_array();
  }
  writer.end_object();
  return out;
}

void append(Block& block, const Delta& delta) {
  std::visit(overloaded{
                 [&](Text& text) {
                   if (delta.kind == DeltaKind::citation) return append_citation(text.citations, delta.text);
                   text.text += delta.text;
                 },
                 [&](Refusal& refusal) { refusal.text += delta.text; },
                 [&](Reasoning& reasoning) {
                   if (delta.kind == DeltaKind::signature) {
                     reasoning.signature += delta.text;
                   } else if (delta.kind == DeltaKind::encrypted) {
                     reasoning.encrypted += delta.text;
                   } else if (delta.kind == DeltaKind::opaque_id) {
                     reasoning.id = delta.text;
                   } else {
                     reasoning.text += delta.text;
                   }
                 },
                 [&](ToolCall& call) { call.args += delta.text; },
                 [&](Opaque& opaque) { opaque.json += delta.text; },
                 [](auto&) {},
             },
             block.value);
}

}  // namespace answer

std::string Answer::text(std::size_t choice) const {
  std::string out;
  if (choice >= choices.size()) return out;
  for (const auto& block : choices[choice].blocks) {
    if (const auto* text = std::get_if<Text>(&block.value)) out += text->text;
  }
  return out;
}

std::string Answer::reasoning(std::size_t choice) const {
  std::string out;
  if (choice >= choices.size()) return out;
  for (const auto& block : choices[choice].blocks) {
    if (const auto* reasoning = std::get_if<Reasoning>(&block.value)) out += reasoning->text;
  }
  return out;
}

Choice& Collector::choice(int number) {
  const auto position = answer::slot(number);
  if (answer_.choices.size() <= position) answer_.choices.resize(position + 1);
  if (slots_.size() <= position) slots_.resize(position + 1);
  return answer_.choices[position];
}

// Indexes rise by one in the order of opening, so a slot stands where its index says. Only for decoders that count
// otherwise is it looked for.
Collector::Slot* Collector::slot_at(int number, int index) {
  auto& slots = slots_[answer::slot(number)];
  const bool in_place = index >= 0 && static_cast<std::size_t>(index) < slots.size();
  if (in_place && slots[static_cast<std::size_t>(index)].index == index) return &slots[static_cast<std::size_t>(index)];
  const auto found = std::ranges::find(slots.rbegin(), slots.rend(), index, &Slot::index);
  return found == slots.rend() ? nullptr : &*found;
}

Block* Collector::open_block(int number, int index) {
  auto& blocks = choice(number).blocks;
  const auto* slot = slot_at(number, index);
  return slot == nullptr ? nullptr : &blocks[slot->position];
}

void Collector::add(const Event& event) {
  std::visit(overloaded{
                 [&](const Start& start) {
                   if (!start.id.empty()) answer_.id = start.id;
                   if (!start.model.empty()) answer_.model = start.model;
                   if (start.created != 0) answer_.created = start.created;
                 },
                 [&](const BlockOpen& open) {
                   auto& blocks = choice(open.choice).blocks;
                   auto& slots = slots_[answer::slot(open.choice)];
                   const auto next = slots.empty() ? 0 : slots.back().index + 1;
                   auto* known = open.index == next ? nullptr : slot_at(open.choice, open.index);
                   // Deltas belong to the newest block of their index.
                   if (known != nullptr)
                     known->position = blocks.size();
                   else
                     slots.push_back({open.index, blocks.size()});
                   blocks.push_back(answer::empty_block(open));
                 },
                 [&](const Delta& delta) {
                   if (auto* block = open_block(delta.choice, delta.index)) answer::append(*block, delta);
                 },
                 [](const BlockClose&) {},
                 [&](const Logprobs& logprobs) {
                   auto& all = choice(logprobs.choice).logprobs;
                   all = answer::joined_logprobs(all, logprobs.json);
                 },
                 [&](const Finish& finish) {
                   auto& target = choice(finish.choice);
                   target.finish = finish.reason;
                   target.raw_finish = finish.raw;
                   if (!finish.stop_sequence.empty()) target.stop_sequence = finish.stop_sequence;
                 },
                 [&](const Usage& usage) { answer_.usage = usage; },
                 [&](const Fault& fault) { answer_.error = fault.error; },
                 [](const Heartbeat&) {},
                 [&](const End& end) { answer_.complete = end.complete; },
             },
             event);
}

void Collector::add(const Events& events) {
  for (const auto& event : events) add(event);
}

namespace answer {

void push(Events& events, Delta delta) {
  if (!delta.text.empty()) events.emplace_back(std::move(delta));
}

void replay_block(Events& events, const Block& block, int choice, int index) {
  BlockOpen open;
  open.choice = choice;
  open.index = index;
  std::visit(overloaded{
                 [&](const Text& text) {
                   open.kind = BlockKind::text;
                   events.emplace_back(open);
                   push(events, {choice, index, DeltaKind::text, text.text});
                 },
                 [&](const Refusal& refusal) {
                   open.kind = BlockKind::refusal;
                   events.emplace_back(open);
                   push(events, {choice, index, DeltaKind::refusal, refusal.text});
                 },
                 [&](const Reasoning& reasoning) {
                   open.kind = BlockKind::reasoning;
                   open.origin = reasoning.origin;
                   events.emplace_back(open);
                   push(events, {choice, index, DeltaKind::reasoning, reasoning.text});
                   push(events, {choice, index, DeltaKind::opaque_id, reasoning.id});
                   push(events, {choice, index, DeltaKind::signature, reasoning.signature});
                   push(events, {choice, index, DeltaKind::encrypted, reasoning.encrypted});
                 },
                 [&](const ToolCall& call) {
                   open.kind = BlockKind::tool_call;
                   open.id = call.id;
                   open.name = call.name;
                   open.tool_kind = call.kind;
                   events.emplace_back(open);
                   push(events, {choice, index, DeltaKind::args, call.args});
                 },
                 [&](const Opaque& opaque) {
                   open.kind = BlockKind::opaque;
                   open.origin = opaque.origin;
                   open.name = opaque.type;
                   open.json = opaque.json;
                   events.emplace_back(open);
                 },
                 [](const auto&) {},
             },
             block.value);
}

}  // namespace answer

Events replay(const Answer& whole) {
  Events events;
  events.emplace_back(Start{whole.id, whole.model, whole.created});
  for (std::size_t number = 0; number < whole.choices.size(); ++number) {
    const auto& choice = whole.choices[number];
    const int choice_index = static_cast<int>(number);
    int index = 0;
    for (const auto& block : choice.blocks) {
      const auto before = events.size();
      answer::replay_block(events, block, choice_index, index);
      if (events.size() == before) continue;
      events.emplace_back(BlockClose{choice_index, index});
      ++index;
    }
    if (!choice.logprobs.empty()) events.emplace_back(Logprobs{choice_index, choice.logprobs});
    events.emplace_back(Finish{choice_index, choice.finish, choice.raw_finish, choice.stop_sequence});
  }
  if (whole.usage) events.emplace_back(*whole.usage);
  if (whole.error) events.emplace_back(Fault{*whole.error});
  events.emplace_back(End{whole.complete});
  return events;
}

}  // namespace llmgw::ir
