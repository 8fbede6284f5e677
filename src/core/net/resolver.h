#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/net/event.h"
#include "core/net/look_up.h"

namespace llmgw::net {

/// How long a resolver remembers what it learned of a name.
struct ResolverTimes {
  std::chrono::milliseconds fresh{5'000};   ///< an answer is used again without asking
  std::chrono::milliseconds failed{1'000};  ///< a failure is, too
  /// A look-up that takes longer is waited for no more where older addresses are known (RFC 8767 section 5 has 1.8 s).
  std::chrono::milliseconds overdue{1'000};
  /// So long addresses stand in for answers that do not come (RFC 8767 section 4: one to three days).
  std::chrono::milliseconds stale = std::chrono::hours(24);
};

/// Turns names into addresses and remembers them. One look-up for a name runs at a time, whoever waits for it; a name
/// server that is slow or gone holds up neither other names nor, while its last addresses serve, this one. Addresses
/// and `localhost` need no look-up. One per worker.
class Resolver {
 public:
  Resolver(boost::asio::io_context& io, const ResolverTimes& times, LookUp ask = ask_system);
  ~Resolver();

  /// All addresses of a host, the two families in turn. `network` when there is none, `timeout`, `cancelled`.
  Task<Result<std::vector<boost::asio::ip::address>>> resolve(std::string host, SteadyTime deadline);

 private:
  struct Name;
  struct Seat;
  struct Book;
  std::shared_ptr<Book> book_;  // look-ups that are under way when the resolver goes find it gone
};

/// The order in which to try addresses: the families in turn, beginning with the first one's (RFC 8305 section 4).
std::vector<boost::asio::ip::address> interleave(const std::vector<boost::asio::ip::address>& addresses);

}  // namespace llmgw::net
