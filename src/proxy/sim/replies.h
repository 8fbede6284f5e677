#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/dialects/dialect.h"
#include "core/http/message.h"
#include "proxy/sim/world.h"

namespace llmgw::sim {

/// A whole answer.
struct Reply {
  int status = 200;
  std::string type = "application/json";
  std::string body;
};

/// `GET /v1/models` in the format the client asks for (`anthropic-version`), or one entry by its name.
Reply list_models(const World& world, const http::Request& request);
Reply show_model(const World& world, const http::Request& request, std::string_view name);
/// `POST /v1/messages/count_tokens`.
Reply count_tokens(const http::Request& request);
/// `POST /tokenize`, in vLLM's form: `prompt` or `messages`.
Reply tokenize(const World& world, const http::Request& request);
/// `GET /version`.
Reply version();

/// The reply that tells an error in a format's envelope.
Reply error_reply(const dialect::Dialect& dialect, const Error& error, std::string_view request_id);
/// An error as a script asks for it, by its status.
Error error_of_status(int status, const std::string& retry_after);

/// The format whose envelope fits a path.
const dialect::Dialect& dialect_of(std::string_view path);

}  // namespace llmgw::sim
