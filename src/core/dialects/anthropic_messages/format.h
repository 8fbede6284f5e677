#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/dialects/dialect.h"

/// Anthropic Messages: the functions behind the row `anthropic_messages`; see dialect.h for what each promises.
namespace llmgw::dialect::messages {

/// Origin of the opaque data that Messages upstreams make.
inline constexpr std::string_view family = "anthropic";

Result<ir::Facts> facts(json::View body);
std::string patch(json::View body, const ir::Changes& changes);
Result<ir::Request> decode_request(json::View body);
Result<std::string> encode_request(const ir::Request& request, const Traits& traits, ir::Notes& notes);

std::unique_ptr<StreamDecoder> stream_decoder(IdSource& ids);
std::unique_ptr<StreamEncoder> stream_encoder(const ClientContext& client);
void edit_frame(const sse::Frame& frame, const FrameEdits& edits, std::string& out);

void decode_response(json::View body, IdSource& ids, ir::Events& events);
void outline_response(json::View body, ir::Events& events);
std::string encode_response(const ir::Answer& answer, const ClientContext& client);
std::string restamp_response(json::View body, std::string_view model);

Error decode_error(int status, const http::Headers& headers, std::string_view body);
std::string encode_error(const Error& error, std::string_view request_id);
int error_status(const Error& error);

}  // namespace llmgw::dialect::messages
