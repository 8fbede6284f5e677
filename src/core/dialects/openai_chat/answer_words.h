#pragma once

#include <string>
#include <string_view>

#include "core/dialects/dialect.h"
#include "core/ir/block.h"
#include "core/ir/event.h"

namespace llmgw::dialect::chat {

// What streamed and whole answers to a client spell the same way.

/// The answer's id: the upstream's where it has this format's shape, else a new one.
std::string answer_id(std::string_view upstream_id, const ClientContext& client);
/// The `finish_reason` to write: `tool_calls` exactly when there are calls, where the reason would be `stop`.
std::string_view last_word(ir::FinishReason reason, bool has_calls);
/// Entries of `reasoning_details`, joined with commas: the signature with its text, encrypted data.
std::string reasoning_details(const ir::Reasoning& reasoning, int index);
/// A citation as an entry of `annotations`; one of another format becomes a `url_citation` if it has a URL.
std::string annotation(std::string_view citation);

}  // namespace llmgw::dialect::chat
