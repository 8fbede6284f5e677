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

/// The path of an upstream's list of models (below the version segment), with the longest page that it gives:
/// Anthropic sends 20 entries unless told otherwise (docs.anthropic.com, "List models").
std::string model_list_path(const Upstream& upstream);

/// GETs `path` from the upstream; the whole answer, whatever its status.
net::Task<Result<net::HttpResponse>> get(const Exchange& exchange, const Upstream& upstream, std::string path,
                                         Services& services);

}  // namespace llmgw::proxy
