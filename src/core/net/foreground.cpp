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

#include "core/net/client.h"
#include "core/net/event.h"
#include "core/net/resolver.h"

namespace llmgw::net {
namespace foreground {

namespace asio = boost::asio;

class Room final : public ClientRoom {
 public:
  Room(asio::io_context& io, ClientOptions options) : io_(io), client_(make_http_client(io, std::move(options))) {}
  HttpClient& client() override { return *client_; }
  Task<Result<std::vector<std::string>>> addresses(std::string host) override {
    Resolver resolver(io_, ResolverTimes{});
    constexpr std::chrono::seconds patience{10};
    CO_TRY(const auto found, co_await resolver.resolve(std::move(host), std::chrono::steady_clock::now() + patience));
    std::vector<std::string> texts;
    for (const auto& address : found) texts.push_back(address.to_string());
    co_return texts;
  }
  Task<bool> pause(milliseconds time) override {
    Event never_set(io_);
    const auto wake = co_await never_set.wait(std::chrono::steady_clock::now() + time);
    co_return wake == Wake::expired;
  }

 private:
  asio::io_context& io_;
  std::unique_ptr<HttpClient> client_;
};

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

Result<int> run_in_foreground(const ClientWork& work, ClientOptions options) {
  boost::asio::io_context io(one_thread);
  foreground::Signals signals(io);
  std::exception_ptr problem;
  {
    foreground::Room room(io, std::move(options));
    const auto ended = [&](std::exception_ptr thrown) {
      problem = std::move(thrown);
      signals.close();
      io.stop();  // idle connections of the pool would keep it busy
    };
    boost::asio::co_spawn(io, work(room), boost::asio::bind_cancellation_slot(signals.slot(), ended));
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
