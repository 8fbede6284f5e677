#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "core/dialects/openai_chat/request_write.h"

namespace llmgw::dialect::chat {
namespace turn_planning {

struct OpenCall {
  std::size_t turn;
  const ir::Block* block;
};

class Planner {
 public:
  Result<> add(const ir::Message& message) {
    Turn turn;
    turn.message = &message;
    for (const auto& block : message.blocks) {
      if (const auto* result = std::get_if<ir::ToolResult>(&block.value)) {
        TRY_VOID(place(*result, block));
        continue;
      }
      turn.blocks.push_back(&block);
    }
    const bool only_results = turn.blocks.empty() && !message.blocks.empty();
    if (only_results || turn.blocks.empty()) return {};
    open_calls(turn);
    turns_.push_back(std::move(turn));
    return {};
  }

  std::vector<Turn> take() {
    for (auto& [id, calls] : open_) {
      for (const OpenCall& call : calls) turns_[call.turn].unanswered.push_back(call.block);
    }
    return std::move(turns_);
  }

 private:
  void open_calls(const Turn& turn) {
    if (turn.message->role != ir::Role::assistant) return;
    for (const auto* block : turn.blocks) {
      const auto* call = std::get_if<ir::ToolCall>(&block->value);
      if (call == nullptr || call->kind == ir::ToolKind::server) continue;
      open_[call->id].push_back({turns_.size(), block});
      known_.insert(call->id);
    }
  }

  // Servers that number calls from 0 in each answer give the same ids over turns: the nearest open call is meant.
  Result<> place(const ir::ToolResult& result, const ir::Block& block) {
    const auto found = open_.find(result.call_id);
    if (found != open_.end() && !found->second.empty()) {
      turns_[found->second.back().turn].results.push_back(&block);
      found->second.pop_back();
      return {};
    }
    const bool answered = known_.contains(result.call_id);
    const std::string reason = answered ? " answers a call that has its result already: \"" : " answers no call: \"";
    return fail(Errc::invalid_request, block.path + reason + result.call_id + "\"", block.path);
  }

  std::vector<Turn> turns_;
  std::map<std::string_view, std::vector<OpenCall>> open_;
  std::set<std::string_view> known_;
};

}  // namespace turn_planning

Result<std::vector<Turn>> plan_turns(const ir::Request& request) {
  turn_planning::Planner planner;
  for (const auto& message : request.messages) TRY_VOID(planner.add(message));
  return planner.take();
}

}  // namespace llmgw::dialect::chat
