#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/net/event.h"
#include "core/net/socket.h"

namespace llmgw::net {

/// Where to connect, and what to call it in messages.
struct ConnectTarget {
  std::vector<SocketAddress> addresses;  ///< in the order to try them
  std::string name;                      ///< "host:port" or the path of a unix socket
};

/// Connects to whichever address answers first: the next one is tried when one fails or after 250 ms (RFC 8305).
Task<Result<Socket>> connect(boost::asio::io_context& io, ConnectTarget target, SteadyTime deadline);

}  // namespace llmgw::net
