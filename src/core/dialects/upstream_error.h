#pragma once

#include <string_view>

#include "core/base/error.h"
#include "core/http/headers.h"
#include "core/ir/event.h"
#include "core/json/view.h"

namespace llmgw::dialect {

/// The error in an upstream's HTTP answer, whatever its shape: JSON of any vendor, HTML, plain text or nothing. The
/// upstream's words are kept (at most 4 KiB, keys in them hidden), a 4xx keeps its status, and `retry_after` is filled
/// from the headers or from what the text says.
Error read_upstream_error(int status, const http::Headers& headers, std::string_view body);

/// The error object inside an answer that came with status 200, or inside a stream.
Error error_in_answer(json::View body);

/// Ends an answer that failed: a Fault and an incomplete End.
void end_with_fault(Error error, ir::Events& events);

/// An error that a stream gave as bare text (`event: error` with data that is no JSON).
Error error_from_text(std::string_view text);

/// A frame that is not what the format allows; the message quotes at most 200 bytes of it.
Error broken_frame(std::string_view data, std::string_view reason);

/// The upstream closed before it told the end of the answer.
Error stream_incomplete();

/// The model's server broke the answer off, with nothing but a finish reason (`raw_finish`) to say why.
Error model_stopped(std::string_view raw_finish);

/// `text` cut to at most `limit` bytes, not inside a character.
std::string_view cut_text(std::string_view text, std::size_t limit);

}  // namespace llmgw::dialect
