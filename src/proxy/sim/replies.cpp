#include "proxy/sim/replies.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/json/writer.h"
#include "core/tokens/estimate.h"

namespace llmgw::sim {
namespace replying {

void write_model(json::Writer& writer, const World& world, const std::string& name, bool anthropic) {
  writer.begin_object();
  if (anthropic) {
    writer.member("type", "model");
    writer.member("id", name);
    writer.member("display_name", name);
    writer.member("created_at", "2025-11-20T00:00:00Z");
  } else {
    writer.member("id", name);
    writer.member("object", "model");
    writer.member("created", std::int64_t{1'763'600'000});
    writer.member("owned_by", "llmgw-sim");
    writer.member("root", name);
    writer.member("max_model_len", world.usual.max_model_len);
  }
  writer.end_object();
}

Reply refuse(const dialect::Dialect& dialect, Errc code, std::string message) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  return error_reply(dialect, error, {});
}

Errc class_of(int status) {
  switch (status) {
    case 400: return Errc::invalid_request;
    case 401: return Errc::authentication;
    case 403: return Errc::permission;
    case 404: return Errc::not_found;
    case 408:
    case 504: return Errc::timeout;
    case 413: return Errc::too_large;
    case 429: return Errc::rate_limit;
    case 503:
    case 529: return Errc::overloaded;
    default: return status >= 500 ? Errc::upstream_error : Errc::invalid_request;
  }
}

}  // namespace replying

Reply list_models(const World& world, const http::Request& request) {
  const bool anthropic = request.headers.contains("anthropic-version");
  const auto& models = world.options.models;
  Reply reply;
  json::Writer writer(reply.body);
  writer.begin_object();
  if (!anthropic) writer.member("object", "list");
  writer.key("data");
  writer.begin_array();
  for (const auto& name : models) replying::write_model(writer, world, name, anthropic);
  writer.end_array();
  if (anthropic) {
    writer.member("has_more", false);
    writer.member("first_id", models.front());
    writer.member("last_id", models.back());
  }
  writer.end_object();
  return reply;
}

Reply show_model(const World& world, const http::Request& request, std::string_view name) {
  const bool anthropic = request.headers.contains("anthropic-version");
  const auto found = std::ranges::find(world.options.models, name);
  if (found == world.options.models.end())
    return replying::refuse(anthropic ? dialect::anthropic_messages : dialect::openai_chat, Errc::not_found,
                            fmt::format("The model `{}` does not exist.", name));
  Reply reply;
  json::Writer writer(reply.body);
  replying::write_model(writer, world, *found, anthropic);
  return reply;
}

Reply count_tokens(const http::Request& request) {
  const auto body = json::parse(request.body);
  if (!body) return error_reply(dialect::anthropic_messages, body.error(), {});
  if (!(*body)["messages"].is_array())
    return replying::refuse(dialect::anthropic_messages, Errc::invalid_request, "messages: Field required");
  return {.body = fmt::format(R"({{"input_tokens":{}}})", tokens::estimate_input(*body))};
}

Reply tokenize(const World& world, const http::Request& request) {
  const auto body = json::parse(request.body);
  if (!body) return error_reply(dialect::openai_chat, body.error(), {});
  const auto prompt = (*body)["prompt"].string();
  const auto messages = (*body)["messages"];
  if (!prompt && !messages.is_array())
    return replying::refuse(dialect::openai_chat, Errc::invalid_request, "prompt or messages is required");
  const auto count = prompt ? tokens::from_bytes(prompt->size()) : tokens::estimate_input(*body);
  Reply reply;
  json::Writer writer(reply.body);
  writer.begin_object();
  writer.member("count", count);
  writer.member("max_model_len", world.usual.max_model_len);
  writer.key("tokens");
  writer.begin_array();
  for (std::int64_t i = 0; i < count; ++i) writer.integer(i);
  writer.end_array();
  writer.end_object();
  return reply;
}

Reply version() { return {.body = R"({"version":")" LLMGW_VERSION R"("})"}; }

Reply error_reply(const dialect::Dialect& dialect, const Error& error, std::string_view request_id) {
  return {.status = dialect.error_status(error), .body = dialect.encode_error(error, request_id)};
}

Error error_of_status(int status, const std::string& retry_after) {
  Error error;
  error.code = replying::class_of(status);
  error.status = status;
  error.message = fmt::format("simulated failure with status {}", status);
  error.retry_after = retry_after;
  return error;
}

const dialect::Dialect& dialect_of(std::string_view path) {
  return path.starts_with("/v1/messages") ? dialect::anthropic_messages : dialect::openai_chat;
}

}  // namespace llmgw::sim
