#pragma once

#include <string>
#include <string_view>

#include "core/dialects/dialect.h"

namespace llmgw::fixtures {

/// What a strict client would refuse in a Chat stream; empty when it is right: the role first, one kind of payload in
/// a delta, one finish for each choice, usage last and only if asked for, the end mark, nothing behind an error.
std::string refuse_chat_stream(std::string_view bytes, bool usage_asked);
/// The same for a Messages stream: the order of events, one open block, rising indexes, deltas that fit their block.
std::string refuse_messages_stream(std::string_view bytes);
/// Either of them.
std::string refuse_stream(const dialect::Dialect& dialect, std::string_view bytes, bool usage_asked);

/// The bytes that a client of `dialect` gets for these events.
std::string encode_stream(const dialect::Dialect& dialect, const ir::Events& events,
                          const dialect::ClientContext& client);

}  // namespace llmgw::fixtures
