#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/http/message.h"
#include "proxy/server/responder.h"

namespace llmgw::server {

/// Whom a local server answers besides itself.
struct GuardOptions {
  std::vector<std::string> allow_hosts;    ///< further names (without port) for the Host header
  std::vector<std::string> allow_origins;  ///< whole origins such as `https://app.example:3000`
};

/// Refuses what a hostile web page could make a browser send to a local server: a Host that is not ours (DNS
/// rebinding) is 421, a foreign or `null` Origin and `sec-fetch-site: cross-site` are 403. Requests without these
/// headers, and `sec-fetch-mode: cors` alone (every fetch-based SDK sends it), pass.
Result<> check_local(const http::Request& request, const Peer& peer, const GuardOptions& options);

/// True when the request carries an Origin that is listed in `allow_origins`: the answer may name it in CORS headers.
bool origin_listed(const http::Request& request, const GuardOptions& options);

}  // namespace llmgw::server
