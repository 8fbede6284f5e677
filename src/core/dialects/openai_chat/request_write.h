#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/dialects/openai_chat/model_rules.h"
#include "core/dialects/tools.h"
#include "core/dialects/traits.h"
#include "core/ir/notes.h"
#include "core/ir/request.h"
#include "core/json/writer.h"

namespace llmgw::dialect::chat {

/// What one request's encoding shares: the request, what the upstream takes, where notes go.
struct Encoding {
  const ir::Request& request;
  const Traits& traits;
  ir::Notes& notes;
  json::Writer& writer;
  ToolNames names;
  ModelRules rules;

  /// A note at a path in the client's request.
  void dropped(std::string path, std::string detail = {}) const {
    notes.add(std::move(path), ir::NoteAction::dropped, std::move(detail));
  }
};

/// One message to write: a view of a turn of the request, with its tool results in the place the format wants.
struct Turn {
  const ir::Message* message = nullptr;
  std::vector<const ir::Block*> blocks;      ///< of the message, without tool results
  std::vector<const ir::Block*> results;     ///< of an assistant turn: answers to its calls, in the order found
  std::vector<const ir::Block*> unanswered;  ///< of an assistant turn: calls that got no result
};

/// Puts every tool result behind the turn that called for it; calls and results pair by id and position. An id that
/// no earlier call has is an error, as every service refuses it.
Result<std::vector<Turn>> plan_turns(const ir::Request& request);

/// Writes the `messages` array.
Result<> write_messages(Encoding& encoding);
/// Writes `content` for blocks of a user or system turn: one string where all is text, else parts.
Result<> write_content(Encoding& encoding, const std::vector<const ir::Block*>& blocks);
/// Writes `tools`, `tool_choice` and `parallel_tool_calls`.
void write_tools(Encoding& encoding);
/// Writes all members that are single values.
void write_parameters(Encoding& encoding);

/// How the client's format calls a field that this format calls `name`, for notes.
std::string client_path(const ir::Request& request, std::string_view name);

}  // namespace llmgw::dialect::chat
