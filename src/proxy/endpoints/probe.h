#pragma once

#include <string>
#include <string_view>

#include "core/net/task.h"
#include "proxy/endpoints/endpoint.h"

namespace llmgw::proxy {

/// Whether requests should be sent here: `upstreams` is what the background checks told, or null.
health::Readiness readiness_of(Phase phase, const health::Overview* upstreams);

/// Answers a probe: never kept by a cache, not counted among the requests, and in the access log only when
/// `[server] access_log_probes` asks for it.
net::Task<> answer_probe(Call call, int status, std::string_view type, std::string body);

/// Writes the log line of a probe or preflight, where the configuration wants one.
void log_probe(const Exchange& exchange, int status, const Services& services);

}  // namespace llmgw::proxy
