#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "core/net/http_client.h"
#include "core/net/proxy_rules.h"

namespace boost::asio {
class io_context;
}

namespace llmgw::net {

/// How a client keeps and finds connections.
struct ClientOptions {
  /// Idle connections are closed after this; below the 60 s and 75 s after which common servers close theirs.
  milliseconds idle_limit{50'000};
  std::size_t max_idle_per_endpoint = 512;
  milliseconds dns_ttl{5'000};  ///< how long an answer of the resolver is used again
  ProxyRules proxies;           ///< loopback addresses never go through a proxy
};

/// The client of one worker: its own HTTP/1.1 for plain and unix sockets, libcurl for https and proxies. `io` must
/// outlive it; streams may outlive the client.
std::unique_ptr<HttpClient> make_http_client(boost::asio::io_context& io, ClientOptions options);

}  // namespace llmgw::net
