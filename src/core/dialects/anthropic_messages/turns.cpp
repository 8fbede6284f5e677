#include "core/dialects/anthropic_messages/turns.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "core/dialects/anthropic_messages/format.h"
#include "core/dialects/tools.h"

namespace llmgw::dialect::messages {
namespace turns {

constexpr std::string_view space = " \t\r\n";

bool carried(const ir::Reasoning& reasoning) {
  return reasoning.origin == family && !(reasoning.signature.empty() && reasoning.encrypted.empty());
}

class Arranger {
 public:
  Arranger(const ir::Request& request, ir::Notes& notes) : request_(request), notes_(notes) {}
  Result<std::vector<Turn>> arrange();

 private:
  struct Call {
    std::string id;       ///< as the client sent it
    std::string wire_id;  ///< as it is sent
    std::size_t turn;
    bool answered = false;
  };

  Turn& turn(bool assistant);
  Result<> message(const ir::Message& message);
  void call(const ir::Block& block, const ir::ToolCall& call);
  Result<> result(const ir::Block& block, const ir::ToolResult& result);
  bool wanted(const ir::Block& block, bool assistant);
  std::string unique_id(const std::string& id);
  void answer_all();
  void begin_with_user();

  const ir::Request& request_;
  ir::Notes& notes_;
  std::vector<Turn> turns_;
  std::vector<std::vector<TurnResult>> results_;          // per turn: the results of its calls
  std::vector<Call> calls_;                               // in the order of their turns
  std::map<std::string, std::vector<std::size_t>> open_;  // calls without a result, by the client's id
  std::set<std::string, std::less<>> ids_;
  std::map<std::string, int> repetitions_;  // of an id that had to change
};

Turn& Arranger::turn(bool assistant) {
  if (turns_.empty() || turns_.back().assistant != assistant) {
    turns_.push_back({assistant, {}, {}});
    results_.emplace_back();
  }
  return turns_.back();
}

// Anthropic refuses text without words, unsigned or foreign thinking, and images in the assistant's turns.
bool Arranger::wanted(const ir::Block& block, bool assistant) {
  if (const auto* text = std::get_if<ir::Text>(&block.value)) return has_words(text->text);
  if (const auto* refusal = std::get_if<ir::Refusal>(&block.value)) return has_words(refusal->text);
  if (const auto* reasoning = std::get_if<ir::Reasoning>(&block.value)) {
    if (assistant && carried(*reasoning)) return true;
    notes_.add(block.path, ir::NoteAction::dropped, "reasoning without a signature of the upstream's family");
    return false;
  }
  if (const auto* opaque = std::get_if<ir::Opaque>(&block.value)) {
    if (opaque->origin == family) return true;
    notes_.add(block.path, ir::NoteAction::dropped, "a '" + opaque->type + "' block of another service");
    return false;
  }
  if (assistant && !std::holds_alternative<ir::ToolCall>(block.value)) {
    notes_.add(block.path, ir::NoteAction::dropped, "media in an assistant message");
    return false;
  }
  return true;
}

std::string Arranger::unique_id(const std::string& id) {
  auto out = plain_id(id);
  // Servers that number the calls of each answer from 0 repeat ids over the turns; the API wants them unique.
  if (ids_.contains(out)) {
    int& repetition = repetitions_.try_emplace(id, 1).first->second;
    while (ids_.contains(out)) out = hashed_id(id + "#" + std::to_string(++repetition));
  }
  ids_.insert(out);
  return out;
}

void Arranger::call(const ir::Block& block, const ir::ToolCall& call) {
  auto& target = turn(true);
  Call entry{call.id, unique_id(call.id), turns_.size() - 1};
  target.blocks.push_back({&block, entry.wire_id, {}});
  open_[call.id].push_back(calls_.size());
  calls_.push_back(std::move(entry));
}

Result<> Arranger::result(const ir::Block& block, const ir::ToolResult& result) {
  const auto found = open_.find(result.call_id);
  if (found == open_.end() || found->second.empty()) {
    // The API refuses such a conversation as well (QuantumNous/new-api#3040); here the error names the result.
    return fail(Errc::invalid_request, block.path + " answers no open call: \"" + result.call_id + "\"", block.path);
  }
  // The nearest open call with that id is meant.
  auto& call = calls_[found->second.back()];
  found->second.pop_back();
  call.answered = true;
  turn(false);  // what the assistant says next is another turn
  if (turns_.size() - 1 != call.turn + 1)
    notes_.add(block.path, ir::NoteAction::moved, "results stand directly after their call");
  results_[call.turn].push_back({call.wire_id, &block});
  return {};
}

Result<> Arranger::message(const ir::Message& message) {
  const bool assistant = message.role == ir::Role::assistant;
  const bool system = message.role == ir::Role::system || message.role == ir::Role::developer;
  if (system) notes_.add(message.path, ir::NoteAction::moved, "system text in mid-conversation is sent as user text");
  if (!message.name.empty()) notes_.add(message.path + ".name", ir::NoteAction::dropped, message.name);
  for (const auto& block : message.blocks) {
    if (const auto* value = std::get_if<ir::ToolResult>(&block.value)) {
      TRY_VOID(result(block, *value));
    } else if (!wanted(block, assistant)) {
      continue;
    } else if (const auto* value_call = std::get_if<ir::ToolCall>(&block.value)) {
      call(block, *value_call);
    } else {
      turn(assistant).blocks.push_back({&block, {}, {}});
    }
  }
  return {};
}

// Puts the results of each assistant turn into the turn after it, which is made where there is none.
void Arranger::answer_all() {
  std::vector<Turn> out;
  auto call = calls_.begin();
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    auto results = std::move(results_[i]);
    for (; call != calls_.end() && call->turn == i; ++call) {
      if (call->answered) continue;
      notes_.add("messages", ir::NoteAction::added, "no result for the call '" + call->id + "'");
      results.push_back({call->wire_id, nullptr});
    }
    auto& blocks = turns_[i].blocks;
    if (!out.empty() && out.back().assistant == turns_[i].assistant) {
      std::ranges::move(blocks, std::back_inserter(out.back().blocks));
    } else if (!blocks.empty()) {
      out.push_back(std::move(turns_[i]));
    }
    if (!results.empty()) out.push_back({false, std::move(results), {}});
  }
  turns_ = std::move(out);
}

void Arranger::begin_with_user() {
  if (turns_.empty() || !turns_.front().assistant) return;
  notes_.add("messages[0]", ir::NoteAction::added, "a user message before the assistant's");
  turns_.insert(turns_.begin(), Turn{false, {}, {{nullptr, {}, "(continued)"}}});
}

Result<std::vector<Turn>> Arranger::arrange() {
  for (const auto& entry : request_.messages) TRY_VOID(message(entry));
  answer_all();
  begin_with_user();
  if (turns_.empty()) return fail(Errc::invalid_request, "messages holds no content that can be sent", "messages");
  return std::move(turns_);
}

}  // namespace turns

bool has_words(std::string_view text) { return text.find_first_not_of(turns::space) != std::string_view::npos; }

Result<std::vector<Turn>> arrange(const ir::Request& request, ir::Notes& notes) {
  auto out = turns::Arranger(request, notes).arrange();
  if (!out || !out->back().assistant || out->back().blocks.empty()) return out;
  // The API refuses a final assistant text that ends in white space.
  auto& last = out->back().blocks.back();
  const auto* text = last.block != nullptr ? std::get_if<ir::Text>(&last.block->value) : nullptr;
  if (text == nullptr || turns::space.find(text->text.back()) == std::string_view::npos) return out;
  last.text = text->text.substr(0, text->text.find_last_not_of(turns::space) + 1);
  notes.add(last.block->path, ir::NoteAction::approximated, "white space at the end of the last assistant text");
  return out;
}

}  // namespace llmgw::dialect::messages
