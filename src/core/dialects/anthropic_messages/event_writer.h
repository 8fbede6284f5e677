#pragma once

#include <string>
#include <string_view>

#include "core/dialects/anthropic_messages/stop_reason.h"
#include "core/ir/usage.h"

/// The events of a Messages stream as bytes; each function appends one whole event.
namespace llmgw::dialect::messages {

void append_message_start(std::string& out, std::string_view id, std::string_view model, const ir::Usage& usage);
/// `block` is the content block's JSON.
void append_block_start(std::string& out, int index, std::string_view block);
/// `prefix` is one of the fixed parts below, up to the delta's text.
void append_block_delta(std::string& out, int index, std::string_view prefix, std::string_view text);
void append_citation(std::string& out, int index, std::string_view citation);
void append_block_stop(std::string& out, int index);
void append_message_delta(std::string& out, const Ending& ending, const ir::Usage& usage);
void append_message_stop(std::string& out);
void append_ping(std::string& out);

inline constexpr std::string_view text_delta = R"({"type":"text_delta","text":)";
inline constexpr std::string_view thinking_delta = R"({"type":"thinking_delta","thinking":)";
inline constexpr std::string_view signature_delta = R"({"type":"signature_delta","signature":)";
inline constexpr std::string_view input_json_delta = R"({"type":"input_json_delta","partial_json":)";

}  // namespace llmgw::dialect::messages
