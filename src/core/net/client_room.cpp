#include "core/net/client_room.h"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <thread>
#include <utility>

#include "core/net/event.h"
#include "core/net/resolver.h"

namespace llmgw::net {
namespace client_room {

/// Work on a thread that ends with this object; whoever has not the time to wait for it stops it.
class Elsewhere {
 public:
  Elsewhere(boost::asio::io_context& io, std::function<void()> work, std::function<void()> stop)
      : ended_(std::make_shared<Event>(io)),
        stop_(std::move(stop)),
        thread_([this, &io, work = std::move(work), ended = ended_] {
          try {
            work();
          } catch (...) {
            problem_ = std::current_exception();
          }
          // What is posted may be heard when nobody waits any more.
          boost::asio::post(io, [ended] { ended->set(); });
        }) {}
  ~Elsewhere() {
    if (!thread_.joinable()) return;
    stop_();
    thread_.join();
  }
  Elsewhere(const Elsewhere&) = delete;
  Elsewhere& operator=(const Elsewhere&) = delete;

  /// Waits for its end; false when that was cancelled.
  Task<bool> end() {
    auto wake = co_await ended_->wait();
    const bool whole = wake == Wake::set;
    if (!whole) stop_();
    while (wake != Wake::set) {
      // Signals are heard meanwhile: a second one ends the process, whatever the work hangs in.
      co_await boost::asio::this_coro::reset_cancellation_state();
      wake = co_await ended_->wait();
    }
    thread_.join();
    if (problem_) std::rethrow_exception(problem_);
    co_return whole;
  }

 private:
  std::shared_ptr<Event> ended_;
  std::function<void()> stop_;
  std::exception_ptr problem_;
  std::thread thread_;  // the last one: it uses the others
};

class Room final : public ClientRoom {
 public:
  Room(boost::asio::io_context& io, ClientOptions options)
      : io_(io), client_(make_http_client(io, std::move(options))) {}
  HttpClient& client() override { return *client_; }
  Task<Result<std::vector<std::string>>> addresses(std::string host) override {
    Resolver resolver(io_, ResolverTimes{});
    constexpr std::chrono::seconds patience{10};
    CO_TRY(const auto found, co_await resolver.resolve(std::move(host), std::chrono::steady_clock::now() + patience));
    std::vector<std::string> texts;
    for (const auto& address : found) texts.push_back(address.to_string());
    co_return texts;
  }
  Task<bool> apart(std::function<void()> work, std::function<void()> stop) override {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    Elsewhere elsewhere(io_, std::move(work), std::move(stop));
    const bool whole = co_await elsewhere.end();
    co_return whole;
  }
  Task<bool> pause(milliseconds time) override {
    Event never_set(io_);
    const auto wake = co_await never_set.wait(std::chrono::steady_clock::now() + time);
    co_return wake == Wake::expired;
  }

 private:
  boost::asio::io_context& io_;
  std::unique_ptr<HttpClient> client_;
};

}  // namespace client_room

std::unique_ptr<ClientRoom> make_client_room(boost::asio::io_context& io, ClientOptions options) {
  return std::make_unique<client_room::Room>(io, std::move(options));
}

}  // namespace llmgw::net
