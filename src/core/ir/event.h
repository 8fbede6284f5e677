#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/error.h"
#include "core/ir/block.h"
#include "core/ir/usage.h"

namespace llmgw::ir {

/// Why an answer ended, in the words that all formats share.
enum class FinishReason { none, stop, length, tool_calls, content_filter, error };

/// What a block of an answer holds.
enum class BlockKind { text, reasoning, refusal, tool_call, image, audio, opaque };

/// What a delta adds to its block.
enum class DeltaKind { text, reasoning, refusal, args, signature, encrypted, opaque_id, citation, data };

/// The answer begins. Empty fields were not said (yet).
struct Start {
  std::string id;
  std::string model;
  std::int64_t created = 0;  ///< seconds since 1970, 0 when the format has none
};

/// A block begins. Indexes rise by one per choice in the order of opening; several blocks may be open at once.
struct BlockOpen {
  int choice = 0;
  int index = 0;
  BlockKind kind = BlockKind::text;
  std::string id;    ///< tool call id, never empty for a tool call
  std::string name;  ///< tool name
  ToolKind tool_kind = ToolKind::function;
  Origin origin;  ///< of opaque data in the block
  Json json;      ///< an opaque or image block as a whole
};

/// A piece of a block; never empty. Text pieces are valid UTF-8.
struct Delta {
  int choice = 0;
  int index = 0;
  DeltaKind kind = DeltaKind::text;
  std::string text;
};

/// A block ends.
struct BlockClose {
  int choice = 0;
  int index = 0;
};

/// Token log-probabilities of a choice: the format's `logprobs` object.
struct Logprobs {
  int choice = 0;
  Json json;
};

/// The reason an answer ended. It may come before the last usage, and more than once: the last one counts.
struct Finish {
  int choice = 0;
  FinishReason reason = FinishReason::none;
  std::string raw;            ///< the upstream's own word
  std::string stop_sequence;  ///< the stop text that matched, when said
};

/// The answer failed. Nothing but End follows.
struct Fault {
  Error error;
};

/// A sign of life without content (ping, comment).
struct Heartbeat {};

/// The last event. `complete` is false when the upstream broke off or failed.
struct End {
  bool complete = false;
};

/// One step of an answer. Usage events are cumulative snapshots: each replaces the one before.
using Event = std::variant<Start, BlockOpen, Delta, BlockClose, Logprobs, Finish, Usage, Fault, Heartbeat, End>;

/// A batch of events.
using Events = std::vector<Event>;

/// The word for logs, metrics and JSON output.
std::string_view finish_name(FinishReason reason);

}  // namespace llmgw::ir
