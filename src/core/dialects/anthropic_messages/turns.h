#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/ir/notes.h"
#include "core/ir/request.h"

namespace llmgw::dialect::messages {

/// The result of one tool call, or that there is none.
struct TurnResult {
  std::string call_id;               ///< as it is sent
  const ir::Block* block = nullptr;  ///< the ToolResult; nullptr when the client sent none
};

/// A block to write, with the id that a tool call is sent with.
struct TurnBlock {
  const ir::Block* block = nullptr;
  std::string call_id;  ///< of a ToolCall
  std::string text;     ///< written as text instead of the block, when not empty
};

/// One message of the upstream request.
struct Turn {
  bool assistant = false;
  std::vector<TurnResult> results;  ///< written first: the API wants them at the head of the turn
  std::vector<TurnBlock> blocks;
};

/// True when a text holds more than white space; the API refuses one that does not.
bool has_words(std::string_view text);

/// Arranges a conversation as the Messages API wants it: users and assistants alternate, a user speaks first, every
/// tool call is answered in the next turn, ids are plain and unique. Blocks that the API cannot carry in their place
/// are left out with a note.
Result<std::vector<Turn>> arrange(const ir::Request& request, ir::Notes& notes);

}  // namespace llmgw::dialect::messages
