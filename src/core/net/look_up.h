#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <functional>
#include <string>
#include <vector>

namespace llmgw::net {

/// What a look-up brought: addresses, or why there are none.
struct Found {
  std::vector<boost::asio::ip::address> addresses;
  std::string failure;   ///< in the resolver's words; empty where there are addresses
  bool no_such = false;  ///< the name is known not to exist; otherwise nobody could tell
};

/// Asks for the addresses of a host and waits for the answer. Called on a thread of its own.
using LookUp = std::function<Found(const std::string& host)>;

/// Asks the system's resolver, which takes as long as it takes: getaddrinfo can be neither limited nor interrupted.
Found ask_system(const std::string& host);

/// Runs one look-up on a new thread, as libcurl does, so that none waits for another's name server; `done` is called
/// on the io_context's thread. Nobody waits for the thread: when the io_context goes first, the answer is forgotten.
void look_up(boost::asio::io_context& io, const LookUp& ask, const std::string& host, std::function<void(Found)> done);

}  // namespace llmgw::net
