#include "core/net/foreground.h"

#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <memory>
#include <utility>

#include "core/net/client_room.h"

namespace llmgw::net {
namespace foreground {

namespace asio = boost::asio;

/// Turns the first signal into a cancellation and the second into the end of the process.
class Signals {
 public:
  explicit Signals(asio::io_context& io) : set_(io, SIGINT, SIGTERM, SIGHUP) { listen(); }
  asio::cancellation_slot slot() { return cancel_.slot(); }
  void close() { set_.cancel(); }
  [[nodiscard]] int received() const { return received_; }

 private:
  void listen() {
    set_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      constexpr int signal_base = 128;  // how shells tell that a signal ended a program
      if (received_ != 0) ::_exit(signal_base + signal);
      received_ = signal;
      cancel_.emit(asio::cancellation_type::terminal);
      listen();
    });
  }
  asio::signal_set set_;
  asio::cancellation_signal cancel_;
  int received_ = 0;
};

}  // namespace foreground

Task<Result<std::vector<std::string>>> ClientRoom::addresses(std::string host) {
  std::vector<std::string> alone;
  alone.push_back(std::move(host));
  co_return alone;
}

Task<bool> ClientRoom::apart(std::function<void()> work, std::function<void()> /*stop*/) {
  work();
  co_return true;
}

Result<int> run_in_foreground(const ClientWork& work, ClientOptions options) {
  boost::asio::io_context io(one_thread);
  foreground::Signals signals(io);
  std::exception_ptr problem;
  {
    const auto room = make_client_room(io, std::move(options));
    const auto ended = [&](std::exception_ptr thrown) {
      problem = std::move(thrown);
      signals.close();
      io.stop();  // idle connections of the pool would keep it busy
    };
    boost::asio::co_spawn(io, work(*room), boost::asio::bind_cancellation_slot(signals.slot(), ended));
    io.run();
  }
  if (!problem) return signals.received();
  try {
    std::rethrow_exception(problem);
  } catch (const std::exception& error) {
    return fail(Errc::internal, error.what());
  } catch (...) {
    return fail(Errc::internal, "unknown exception");
  }
}

}  // namespace llmgw::net
