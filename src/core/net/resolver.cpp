#include "core/net/resolver.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <unordered_map>
#include <utility>

#include "core/base/url.h"
#include "core/net/errors.h"

namespace llmgw::net {
namespace resolving {

constexpr std::size_t most_known = 256;

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

/// What is known of one name.
struct Resolver::Name {
  std::string host;
  std::vector<boost::asio::ip::address> addresses;  ///< the last good ones
  SteadyTime good{};                                ///< when they came
  std::string failure;                              ///< of the last look-up; empty after a good one
  bool asking = false;
  SteadyTime turned{};        ///< when the look-up under way began, or the last one ended
  std::list<Event*> waiting;  ///< for the look-up under way

  [[nodiscard]] Result<std::vector<boost::asio::ip::address>> answer() const {
    if (!addresses.empty()) return addresses;
    return unreachable(
        NetFault::look_up,
        fmt::format("cannot find the address of {} ({}); check the name and the network", host, failure));
  }
};

/// A waiter's place at a name, for as long as its frame lives.
struct Resolver::Seat {
  Seat(boost::asio::io_context& io, std::shared_ptr<Name> at)
      : name(std::move(at)), event(io), place(name->waiting.insert(name->waiting.end(), &event)) {}
  ~Seat() { name->waiting.erase(place); }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  std::shared_ptr<Name> name;
  Event event;
  std::list<Event*>::iterator place;
};

struct Resolver::Book : std::enable_shared_from_this<Resolver::Book> {
  Book(boost::asio::io_context& context, const ResolverTimes& limits, LookUp how)
      : io(context), times(limits), ask(std::move(how)) {}

  std::shared_ptr<Name> name_of(const std::string& host) {
    if (const auto found = names.find(host); found != names.end()) return found->second;
    if (names.size() >= resolving::most_known)
      std::erase_if(names, [](const auto& each) { return !each.second->asking; });
    auto name = std::make_shared<Name>();
    name->host = host;
    names.emplace(host, name);
    return name;
  }

  /// True while the last look-up's outcome holds.
  [[nodiscard]] bool is_settled(const Name& name, SteadyTime now) const {
    if (name.asking || name.turned == SteadyTime{}) return false;
    return now < name.turned + (name.failure.empty() ? times.fresh : times.failed);
  }

  void begin(const std::shared_ptr<Name>& name, SteadyTime now) {
    if (now > name->good + times.stale) name->addresses.clear();
    name->asking = true;
    name->turned = now;
    look_up(io, ask, name->host, [weak = weak_from_this(), name](const Found& found) {
      if (const auto self = weak.lock()) self->end(*name, found);
    });
  }

  static void end(Name& name, const Found& found) {
    name.asking = false;
    name.turned = std::chrono::steady_clock::now();
    name.failure = found.failure;
    if (!found.addresses.empty()) name.good = name.turned;
    // What nobody could tell may still be where it was; a name that is gone is gone.
    if (!found.addresses.empty() || found.no_such) name.addresses = interleave(found.addresses);
    for (auto* event : name.waiting) event->set();
  }

  boost::asio::io_context& io;
  ResolverTimes times;
  LookUp ask;
  std::unordered_map<std::string, std::shared_ptr<Name>> names;
};

Resolver::Resolver(boost::asio::io_context& io, const ResolverTimes& times, LookUp ask)
    : book_(std::make_shared<Book>(io, times, std::move(ask))) {}

Resolver::~Resolver() = default;

Task<Result<std::vector<boost::asio::ip::address>>> Resolver::resolve(std::string host, SteadyTime deadline) {
  namespace ip = boost::asio::ip;
  using Addresses = std::vector<ip::address>;
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
  const auto now = std::chrono::steady_clock::now();
  const auto name = book_->name_of(host);
  if (book_->is_settled(*name, now)) co_return name->answer();
  if (!name->asking) book_->begin(name, now);
  const SteadyTime patience =
      name->addresses.empty() ? deadline : std::min(deadline, name->turned + book_->times.overdue);
  Seat seat(book_->io, name);
  const Wake wake = co_await seat.event.wait(patience);
  if (wake == Wake::cancelled) co_return cancelled();
  if (wake == Wake::set || !name->addresses.empty()) co_return name->answer();
  co_return timed_out(NetFault::look_up, fmt::format("no answer to the look-up of {} in time", host));
}

}  // namespace llmgw::net
