#include "core/ir/reasoning_tags.h"

#include <algorithm>

#include "core/base/overloaded.h"

namespace llmgw::ir {
namespace reasoning_tags {

constexpr std::string_view opening = "<think>";
constexpr std::string_view closing = "</think>";
constexpr std::string_view spaces = " \t\r\n";

std::string_view without_leading_space(std::string_view text) {
  const auto first = text.find_first_not_of(spaces);
  return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

/// Length of the longest end of `text` that a tag could begin with.
std::size_t could_begin(std::string_view text, std::string_view tag) {
  for (auto size = std::min(text.size(), tag.size() - 1); size > 0; --size) {
    if (text.ends_with(tag.substr(0, size))) return size;
  }
  return 0;
}

}  // namespace reasoning_tags

ReasoningTags::Choice& ReasoningTags::choice(int number) {
  const auto place = static_cast<std::size_t>(std::clamp(number, 0, 127));
  while (choices_.size() <= place) {
    choices_.emplace_back();
    choices_.back().number = static_cast<int>(choices_.size()) - 1;
    if (opened_) choices_.back().phase = Phase::inside;
  }
  return choices_[place];
}

void ReasoningTags::close(Choice& choice, Events& out) {
  if (choice.open < 0) return;
  out.emplace_back(BlockClose{choice.number, choice.open});
  choice.open = -1;
}

void ReasoningTags::emit(Choice& choice, BlockKind kind, std::string_view piece, Events& out) {
  if (piece.empty()) return;
  if (choice.open >= 0 && choice.open_kind != kind) close(choice, out);
  if (choice.open < 0) {
    BlockOpen block;
    block.choice = choice.number;
    block.index = choice.next++;
    block.kind = kind;
    choice.open = block.index;
    choice.open_kind = kind;
    out.emplace_back(std::move(block));
  }
  const auto delta = kind == BlockKind::reasoning ? DeltaKind::reasoning : DeltaKind::text;
  out.emplace_back(Delta{choice.number, choice.open, delta, std::string(piece)});
}

// One decision about the held text; false when more of it has to come first.
bool ReasoningTags::step(Choice& choice, Events& out) {
  namespace tags = reasoning_tags;
  const std::string_view held = choice.held;
  if (choice.phase == Phase::start) {
    const auto begun = tags::without_leading_space(held);
    if (begun.starts_with(tags::opening)) {
      choice.held = std::string(begun.substr(tags::opening.size()));
      choice.phase = Phase::inside;
      return !choice.held.empty();
    }
    if (tags::opening.starts_with(begun)) return false;
    choice.phase = Phase::passing;
    return true;
  }
  if (choice.phase == Phase::inside) {
    // White space around the tags belongs to the template, not to the thought.
    const auto thought = choice.open < 0 ? tags::without_leading_space(held) : held;
    const auto end = thought.find(tags::closing);
    if (end != std::string_view::npos) {
      emit(choice, BlockKind::reasoning, thought.substr(0, end), out);
      close(choice, out);
      choice.held = std::string(thought.substr(end + tags::closing.size()));
      choice.phase = Phase::after_tag;
      return !choice.held.empty();
    }
    const auto keep = tags::could_begin(thought, tags::closing);
    const std::string kept(thought.substr(thought.size() - keep));
    emit(choice, BlockKind::reasoning, thought.substr(0, thought.size() - keep), out);
    choice.held = kept;
    return false;
  }
  auto rest = held;
  if (choice.phase == Phase::after_tag) {
    rest = tags::without_leading_space(held);
    if (!rest.empty()) choice.phase = Phase::passing;
  }
  emit(choice, BlockKind::text, rest, out);
  choice.held.clear();
  return false;
}

void ReasoningTags::text(Choice& choice, std::string_view piece, Events& out) {
  choice.held += piece;
  while (step(choice, out)) {
  }
}

void ReasoningTags::end_text(Choice& choice, Events& out) {
  const auto held = std::exchange(choice.held, {});
  const bool thinking = choice.phase == Phase::inside;
  if (choice.phase != Phase::after_tag) {
    emit(choice, thinking ? BlockKind::reasoning : BlockKind::text, held, out);
  }
  close(choice, out);
  choice.text_block = -1;
  // A tag opens reasoning at the start of the answer only.
  if (choice.phase == Phase::start && choice.next > 0) choice.phase = Phase::passing;
}

void ReasoningTags::open_block(const BlockOpen& open, Events& out) {
  auto& into = choice(open.choice);
  if (open.kind == BlockKind::text) {
    into.text_block = open.index;
    return;
  }
  // Another block ends what was held of the text before it, except reasoning that the server has told apart itself:
  // that may come before a text that begins with a tag.
  if (open.kind != BlockKind::reasoning && into.phase == Phase::start) into.phase = Phase::passing;
  auto ours = open;
  ours.index = into.next++;
  into.others.emplace_back(open.index, ours.index);
  out.emplace_back(std::move(ours));
}

void ReasoningTags::filter(const Events& events, Events& out) {
  const auto ours = [](Choice& from, int index) {
    const auto found = std::ranges::find(from.others.rbegin(), from.others.rend(), index, &std::pair<int, int>::first);
    return found == from.others.rend() ? -1 : found->second;
  };
  for (const auto& event : events) {
    std::visit(overloaded{
                   [&](const BlockOpen& open) { open_block(open, out); },
                   [&](const Delta& delta) {
                     auto& from = choice(delta.choice);
                     if (delta.index == from.text_block && delta.kind == DeltaKind::text) {
                       return text(from, delta.text, out);
                     }
                     auto moved = delta;
                     moved.index = delta.index == from.text_block ? from.open : ours(from, delta.index);
                     if (moved.index >= 0) out.emplace_back(std::move(moved));
                   },
                   [&](const BlockClose& close) {
                     auto& from = choice(close.choice);
                     if (close.index == from.text_block) return end_text(from, out);
                     if (const auto index = ours(from, close.index); index >= 0) {
                       out.emplace_back(BlockClose{close.choice, index});
                     }
                   },
                   [&](const auto& other) { out.emplace_back(other); },
               },
               event);
  }
}

}  // namespace llmgw::ir
