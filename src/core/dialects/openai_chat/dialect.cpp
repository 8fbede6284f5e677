#include "core/dialects/openai_chat/parts.h"
#include "core/dialects/upstream_error.h"

namespace llmgw::dialect {

const Dialect openai_chat{
    .name = "openai-chat",
    .family = "openai",
    .path = "/chat/completions",
    .facts = chat::facts,
    .patch = chat::patch,
    .decode_request = chat::decode_request,
    .encode_request = chat::encode_request,
    .stream_decoder = chat::stream_decoder,
    .stream_encoder = chat::stream_encoder,
    .edit_frame = chat::edit_frame,
    .decode_response = chat::decode_response,
    .outline_response = chat::outline_response,
    .encode_response = chat::encode_response,
    .restamp_response = chat::restamp_response,
    .decode_error = read_upstream_error,
    .encode_error = chat::encode_error,
    .error_status = chat::error_status,
};

}  // namespace llmgw::dialect
