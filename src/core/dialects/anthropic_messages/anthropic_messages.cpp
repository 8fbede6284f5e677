#include "core/dialects/anthropic_messages/format.h"

namespace llmgw::dialect {

const Dialect anthropic_messages{
    .name = "anthropic-messages",
    .family = messages::family,
    .path = "/messages",
    // Required, and the newest there is: docs.anthropic.com, "API versioning".
    .version_header = "anthropic-version",
    .version = "2023-06-01",
    .facts = messages::facts,
    .patch = messages::patch,
    .decode_request = messages::decode_request,
    .encode_request = messages::encode_request,
    .stream_decoder = messages::stream_decoder,
    .stream_encoder = messages::stream_encoder,
    .edit_frame = messages::edit_frame,
    .decode_response = messages::decode_response,
    .outline_response = messages::outline_response,
    .encode_response = messages::encode_response,
    .restamp_response = messages::restamp_response,
    .decode_error = messages::decode_error,
    .encode_error = messages::encode_error,
    .error_status = messages::error_status,
};

}  // namespace llmgw::dialect
