#include "core/dialects/openai_chat/parts.h"
#include "core/json/writer.h"

namespace llmgw::dialect::chat {

// The envelope of OpenAI's error reference; the request id goes in a header there, and here in the object as well,
// where a log of bodies keeps it.
std::string encode_error(const Error& error, std::string_view request_id) {
  const auto& row = error_class(error.code);
  const std::string_view type = error.wire_type.empty() ? row.openai_type : std::string_view(error.wire_type);
  const std::string_view code = error.wire_code.empty() ? row.openai_code : std::string_view(error.wire_code);
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.key("error");
  writer.begin_object();
  writer.member("message", error.message);
  writer.member("type", type);
  if (error.param.empty())
    writer.member_null("param");
  else
    writer.member("param", error.param);
  if (code.empty())
    writer.member_null("code");
  else
    writer.member("code", code);
  if (!error.details.empty()) writer.member_raw("details", error.details);
  if (!request_id.empty()) writer.member("request_id", request_id);
  writer.end_object();
  writer.end_object();
  return out;
}

int error_status(const Error& error) { return error.status != 0 ? error.status : error_class(error.code).http_status; }

}  // namespace llmgw::dialect::chat
