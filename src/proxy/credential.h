#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/http/message.h"

namespace llmgw::proxy {

/// A credential that a client presented, and where.
struct Credential {
  std::string_view header;  ///< the header's name in lower case, or "key" for the query parameter
  std::string value;        ///< without the `Bearer ` prefix
};

/// The first credential of a request that is not `except`, in this order: Authorization (Bearer), x-api-key, api-key,
/// x-goog-api-key, `?key=`. SDKs differ in which one they send, and newer ones send a Bearer token even for an API key.
std::optional<Credential> find_credential(const http::Request& request, std::string_view except = {});

/// True when any credential that the request presents equals `token` (compared in constant time).
bool presents(const http::Request& request, std::string_view token);

}  // namespace llmgw::proxy
