#pragma once

#include <vector>

#include "core/base/clock.h"
#include "core/config/schema.h"
#include "core/doctor/facts.h"
#include "core/net/foreground.h"

namespace llmgw::cli::doctoring {

/// A server of the configuration, and how it is reached.
struct Server {
  doctor::Host host;
  net::Endpoint endpoint;
};

/// Every server that profiles and models name, each once. Addresses that are wrong are left out: the configuration's
/// own check tells of them.
std::vector<Server> servers_of(const config::Config& config);

/// Asks each for its head, all at once. False when a signal ended it.
net::Task<bool> ask_servers(net::HttpClient& client, std::vector<Server>& servers, net::milliseconds timeout,
                            const Clock& clock);

}  // namespace llmgw::cli::doctoring
