#include "core/net/connect.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/socket_base.hpp>
#include <memory>
#include <optional>

#include "core/net/errors.h"

namespace llmgw::net {
namespace connecting {

constexpr std::chrono::milliseconds head_start{250};  // RFC 8305 section 5: the recommended delay

/// Attempts that run at the same time. Callbacks hold it, so it outlives a coroutine that gave up.
struct Race : std::enable_shared_from_this<Race> {
  Race(boost::asio::io_context& context, ConnectTarget where) : io(context), target(std::move(where)), progress(io) {}

  bool all_started() const { return sockets.size() == target.addresses.size(); }

  void start_next() {
    const std::size_t index = sockets.size();
    const SocketAddress& address = target.addresses[index];
    sockets.push_back(std::make_unique<Socket>(io));
    boost::system::error_code error;
    sockets[index]->open(address.protocol(), error);
    ++running;
    if (error) return ended(index, error);
    sockets[index]->async_connect(address, [self = shared_from_this(), index](const boost::system::error_code& result) {
      self->ended(index, result);
    });
  }

  void ended(std::size_t index, const boost::system::error_code& error) {
    --running;
    if (!error && !winner) winner = index;
    if (error && error != boost::asio::error::operation_aborted) last_error = error;
    progress.set();
  }

  void close_all() {
    for (auto& socket : sockets) {
      boost::system::error_code ignored;
      if (socket) socket->close(ignored);
    }
  }

  boost::asio::io_context& io;
  ConnectTarget target;
  Event progress;
  std::vector<std::unique_ptr<Socket>> sockets;
  std::size_t running = 0;
  std::optional<std::size_t> winner;
  boost::system::error_code last_error;
};

std::unexpected<Error> refused(const Race& race) {
  const std::string& name = race.target.name;
  if (race.last_error == boost::asio::error::connection_refused)
    return unreachable(NetFault::connect,
                       fmt::format("cannot connect to {}: connection refused; is the server running there, on this "
                                   "port?",
                                   name));
  return unreachable(NetFault::connect, fmt::format("cannot connect to {}: {}; check the address and the network", name,
                                                    race.last_error.message()));
}

/// The winner, which Asio has registered for EPOLLOUT to see it connect. That interest would stay, and edge-triggered
/// epoll would wake this thread with nothing but "writable" whenever a read was faster than its event.
Socket registered_for_reading(Race& race) {
  Socket& connected = *race.sockets[*race.winner];
  Socket socket(race.io);
  const auto descriptor = connected.release(race.last_error);
  if (race.last_error) return socket;
  socket.assign(race.target.addresses[*race.winner].protocol(), descriptor, race.last_error);
  if (race.last_error) ::close(descriptor);
  return socket;
}

}  // namespace connecting

void prepare(Socket& socket) {
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(boost::asio::socket_base::keep_alive(true), ignored);
}

Task<Result<Socket>> connect(boost::asio::io_context& io, ConnectTarget target, SteadyTime deadline) {
  auto race = std::make_shared<connecting::Race>(io, std::move(target));
  for (;;) {
    if (race->winner) {
      auto socket = connecting::registered_for_reading(*race);
      race->close_all();
      if (!socket.is_open()) co_return connecting::refused(*race);
      prepare(socket);
      co_return socket;
    }
    if (race->running == 0 && race->all_started()) co_return connecting::refused(*race);
    if (race->running == 0) {
      race->start_next();
      continue;
    }
    const SteadyTime next_start =
        race->all_started() ? never : std::chrono::steady_clock::now() + connecting::head_start;
    const Wake wake = co_await race->progress.wait(std::min(deadline, next_start));
    if (wake == Wake::set) continue;
    if (wake == Wake::cancelled || deadline <= std::chrono::steady_clock::now()) {
      race->close_all();
      if (wake == Wake::cancelled) co_return cancelled();
      co_return timed_out(NetFault::connect,
                          fmt::format("no connection to {} within the time limit", race->target.name));
    }
    if (!race->all_started()) race->start_next();
  }
}

}  // namespace llmgw::net
