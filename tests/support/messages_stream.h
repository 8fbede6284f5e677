#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/dialects/dialect.h"

namespace llmgw::support {

/// What a strict Messages client sees in a stream.
struct MessagesStream {
  std::vector<std::string> faults;  ///< what a strict client refuses; empty for a correct stream
  std::vector<std::string> trace;   ///< one short line an event: `start 0 text`, `delta 0 text_delta OK.`, `stop 0`
  std::string stop_reason;
  bool stopped = false;  ///< message_stop was seen
  bool failed = false;   ///< an error event was seen
};

/// Reads a stream as bytes with every rule of the format checked: one message_start first, one open block at a time,
/// rising indexes, deltas that fit their block, one message_delta, message_stop or error last, nothing behind it.
MessagesStream read_messages_stream(std::string_view bytes);

/// The bytes that the Messages encoder writes for these events.
std::string encode_messages_stream(const ir::Events& events, dialect::ClientContext client = {});

/// The events that the Messages decoder reads from a stream fed in pieces of `step` bytes.
ir::Events decode_messages_stream(std::string_view bytes, std::size_t step = std::string_view::npos);

/// All refusal text of a choice: a Messages client sees it as text.
std::string refusal_text(const ir::Choice& choice);

}  // namespace llmgw::support
