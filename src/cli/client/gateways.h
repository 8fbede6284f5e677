#pragma once

#include <string>
#include <vector>

#include "core/base/env.h"
#include "core/net/foreground.h"
#include "core/status/status.h"

namespace llmgw::cli {

/// A running gateway as its control socket tells of it.
struct Gateway {
  std::string socket;
  std::string problem = {};  ///< why there is no status, or empty
  std::string raw = {};      ///< the status as it was received, one JSON object
  status::ServeStatus status = {};
};

/// The control sockets of this user's gateways, not asked yet. `configured`: `[server] control` of the configuration,
/// or empty.
std::vector<Gateway> find_gateways(const Env& env, const std::string& configured);

/// Asks all of them at once for their status; each is given two seconds. False when a signal ended it.
net::Task<bool> ask_gateways(net::HttpClient& client, std::vector<Gateway>& found);

}  // namespace llmgw::cli
