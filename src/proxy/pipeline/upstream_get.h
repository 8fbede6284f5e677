#pragma once

#include <string>
#include <string_view>

#include "core/net/http_client.h"
#include "core/net/task.h"
#include "proxy/pipeline/exchange.h"
#include "proxy/services.h"

namespace llmgw::proxy {

/// A small request of llmgw's own to an upstream (`path` is below the version segment), with its credential.
net::HttpRequest own_request(const Exchange& exchange, const Upstream& upstream, std::string method,
                             std::string_view path);

/// GETs `path` from the upstream; the whole answer, whatever its status.
net::Task<Result<net::HttpResponse>> get(const Exchange& exchange, const Upstream& upstream, std::string path,
                                         Services& services);

}  // namespace llmgw::proxy
