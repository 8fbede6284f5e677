#pragma once

#include <string>

#include "core/net/foreground.h"

namespace llmgw::cli::health_command {

/// A check of healthchecks.io, or of a server of that protocol, that hears of each run.
struct Ping {
  net::Url url;
  std::string run_id;  ///< pairs the start with the end (`rid`)
};

/// Reads the address; errors are `usage` and do not repeat it, since whoever knows it can ping.
Result<Ping> make_ping(const std::string& url, std::uint64_t first, std::uint64_t second);

/// Tells of the start, or of the end with its exit code (`/0`) and the report as the body. The error, `network` or
/// `upstream`, names the host alone.
net::Task<Result<>> send_ping(net::HttpClient& client, const Ping& whom, std::string event, std::string body);

}  // namespace llmgw::cli::health_command
