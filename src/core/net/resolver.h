#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/error.h"
#include "core/net/event.h"

namespace llmgw::net {

/// Turns names into addresses and remembers them for a few seconds. Addresses and `localhost` need no look-up.
class Resolver {
 public:
  Resolver(boost::asio::io_context& io, std::chrono::milliseconds ttl) : io_(io), resolver_(io), ttl_(ttl) {}

  /// All addresses of a host, the two families in turn. `network` when there is none, `timeout`, `cancelled`.
  Task<Result<std::vector<boost::asio::ip::address>>> resolve(std::string host, SteadyTime deadline);

 private:
  using Addresses = std::vector<boost::asio::ip::address>;
  struct Known {
    Addresses addresses;
    SteadyTime until;
  };
  Task<Result<Addresses>> look_up(std::string host, SteadyTime deadline);

  boost::asio::io_context& io_;
  boost::asio::ip::tcp::resolver resolver_;
  std::chrono::milliseconds ttl_;
  std::unordered_map<std::string, Known> known_;
};

/// The order in which to try addresses: the families in turn, beginning with the first one's (RFC 8305 section 4).
std::vector<boost::asio::ip::address> interleave(const std::vector<boost::asio::ip::address>& addresses);

}  // namespace llmgw::net
