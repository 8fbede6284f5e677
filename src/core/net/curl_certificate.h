#pragma once

#include <curl/curl.h>

#include <optional>

#include "core/net/http_client.h"

namespace llmgw::net {

/// What libcurl kept of the server's certificates (CURLOPT_CERTINFO); nullopt without TLS and where the connection was
/// an older one that is used again.
std::optional<PeerCertificate> peer_certificate(CURL* easy);

}  // namespace llmgw::net
