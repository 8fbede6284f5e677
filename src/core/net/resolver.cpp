#include "core/net/resolver.h"

#include <fmt/format.h>

#include "core/base/url.h"
#include "core/net/errors.h"

namespace llmgw::net {
namespace resolving {

constexpr std::size_t most_known = 256;

/// What outlives an abandoned look-up: getaddrinfo cannot be interrupted, so its answer may come after the waiter left.
struct Pending {
  explicit Pending(boost::asio::io_context& io) : done(io) {}
  Event done;
  boost::system::error_code error;
  std::vector<boost::asio::ip::address> addresses;
};

}  // namespace resolving

std::vector<boost::asio::ip::address> interleave(const std::vector<boost::asio::ip::address>& addresses) {
  std::vector<boost::asio::ip::address> ordered;
  ordered.reserve(addresses.size());
  std::size_t same = 0, other = 0;
  const auto next_of = [&](std::size_t& at, bool wanted) {
    while (at < addresses.size() && (addresses[at].is_v6() == addresses.front().is_v6()) != wanted) ++at;
    if (at < addresses.size()) ordered.push_back(addresses[at++]);
  };
  while (ordered.size() < addresses.size()) {
    next_of(same, true);
    next_of(other, false);
  }
  return ordered;
}

Task<Result<std::vector<boost::asio::ip::address>>> Resolver::resolve(std::string host, SteadyTime deadline) {
  namespace ip = boost::asio::ip;
  boost::system::error_code error;
  const auto literal = ip::make_address(host, error);
  if (!error) co_return Addresses(1, literal);
  // RFC 6761 section 6.3: these names are the loopback addresses, whatever a resolver would say.
  if (is_loopback_host(host)) {
    Addresses loopback;
    loopback.emplace_back(ip::address_v6::loopback());
    loopback.emplace_back(ip::address_v4::loopback());
    co_return loopback;
  }
  if (const auto found = known_.find(host); found != known_.end()) {
    if (std::chrono::steady_clock::now() < found->second.until) co_return found->second.addresses;
    known_.erase(found);
  }
  co_return co_await look_up(std::move(host), deadline);
}

Task<Result<std::vector<boost::asio::ip::address>>> Resolver::look_up(std::string host, SteadyTime deadline) {
  auto pending = std::make_shared<resolving::Pending>(io_);
  resolver_.async_resolve(host, "", [pending](const boost::system::error_code& error, const auto& results) {
    pending->error = error;
    for (const auto& entry : results) pending->addresses.push_back(entry.endpoint().address());
    pending->done.set();
  });
  const Wake wake = co_await pending->done.wait(deadline);
  if (wake == Wake::cancelled) co_return cancelled();
  if (wake == Wake::expired) co_return timed_out(fmt::format("no answer to the look-up of {} in time", host));
  if (pending->error || pending->addresses.empty())
    co_return fail(Errc::network, fmt::format("cannot find the address of {} ({}); check the name and the network",
                                              host, pending->error ? pending->error.message() : "no address"));
  Addresses addresses = interleave(pending->addresses);
  if (known_.size() >= resolving::most_known) known_.clear();
  known_.insert_or_assign(std::move(host), Known(addresses, std::chrono::steady_clock::now() + ttl_));
  co_return addresses;
}

}  // namespace llmgw::net
