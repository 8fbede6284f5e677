#include "core/net/resolver.h"

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "support/loop.h"

namespace resolver_test {

using namespace llmgw;
using namespace llmgw::net;
using namespace std::chrono_literals;
using boost::asio::ip::make_address;
using test::run;

using Addresses = std::vector<boost::asio::ip::address>;

/// A name server: answers by a table, and keeps those who ask for `silent` waiting. Nobody waits for the threads of
/// look-ups, so they may outlive it.
class NameServer {
 public:
  ~NameServer() { go_on(); }

  LookUp ask() {
    return [state = state_](const std::string& host) {
      ++state->questions;
      if (host == "silent" || state->is_silent) state->going_on.wait(false);
      const std::lock_guard lock(state->mutex);
      const auto found = state->answers.find(host);
      return found != state->answers.end() ? found->second : Found{{}, "no answer", false};
    };
  }
  void say(const std::string& host, Found found) {
    const std::lock_guard lock(state_->mutex);
    state_->answers.insert_or_assign(host, std::move(found));
  }
  void fall_silent() { state_->is_silent = true; }
  void go_on() {
    state_->going_on = true;
    state_->going_on.notify_all();
  }
  [[nodiscard]] int questions() const { return state_->questions; }

 private:
  struct State {
    std::atomic<int> questions = 0;
    std::atomic<bool> is_silent = false;
    std::atomic<bool> going_on = false;
    std::mutex mutex;
    std::map<std::string, Found> answers;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

Found at(const char* address) { return {{make_address(address)}, {}, false}; }

/// The answer as text: an address, or the class of the error.
std::string text(const Result<Addresses>& result) {
  if (!result) return std::string(error_class(result.error().code).name);
  return result->front().to_string();
}

SteadyTime soon(std::chrono::milliseconds time = 10s) { return std::chrono::steady_clock::now() + time; }

/// A waiting look-up whose outcome comes later.
std::shared_ptr<std::optional<std::string>> begin(boost::asio::io_context& io, Resolver& resolver, std::string host,
                                                  SteadyTime deadline = soon()) {
  auto outcome = std::make_shared<std::optional<std::string>>();
  boost::asio::co_spawn(
      io, resolver.resolve(std::move(host), deadline),
      [outcome](const std::exception_ptr&, const Result<Addresses>& result) { *outcome = text(result); });
  return outcome;
}

TEST_CASE("a name whose look-up hangs holds up no other name", "[net]") {
  NameServer server;
  server.say("good", at("10.0.0.1"));
  boost::asio::io_context io{1};
  Resolver resolver(io, {}, server.ask());
  for (int i = 0; i < 5; ++i) CHECK(text(run(io, resolver.resolve("silent", soon(1ms)))) == "timeout");
  CHECK(text(run(io, resolver.resolve("good", soon()))) == "10.0.0.1");
}

TEST_CASE("all who wait for a name share one look-up", "[net]") {
  NameServer server;
  server.say("silent", at("10.0.0.1"));
  boost::asio::io_context io{1};
  Resolver resolver(io, {.fresh = 1h}, server.ask());
  CHECK(text(run(io, resolver.resolve("silent", soon(1ms)))) == "timeout");
  const auto first = begin(io, resolver, "silent");
  const auto second = begin(io, resolver, "silent");
  boost::asio::post(io, [&] { server.go_on(); });
  test::run_until(io, [&] { return first->has_value() && second->has_value(); });
  CHECK(*first == "10.0.0.1");
  CHECK(*second == "10.0.0.1");
  CHECK(text(run(io, resolver.resolve("silent", soon()))) == "10.0.0.1");
  CHECK(server.questions() == 1);
}

TEST_CASE("one who no longer waits leaves the look-up to the others", "[net]") {
  NameServer server;
  server.say("silent", at("10.0.0.1"));
  boost::asio::io_context io{1};
  Resolver resolver(io, {}, server.ask());
  boost::asio::cancellation_signal signal;
  std::optional<std::string> cancelled;
  boost::asio::co_spawn(io, resolver.resolve("silent", soon()),
                        boost::asio::bind_cancellation_slot(
                            signal.slot(), [&](const std::exception_ptr&, const Result<Addresses>& result) {
                              cancelled = text(result);
                            }));
  const auto other = begin(io, resolver, "silent");
  boost::asio::post(io, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
  test::run_until(io, [&] { return cancelled.has_value(); });
  CHECK(*cancelled == "cancelled");
  server.go_on();
  test::run_until(io, [&] { return other->has_value(); });
  CHECK(*other == "10.0.0.1");
}

TEST_CASE("a failure is remembered for a while, and says why", "[net]") {
  NameServer server;
  boost::asio::io_context io{1};
  Resolver patient(io, {.failed = 1h}, server.ask());
  const auto failed = run(io, patient.resolve("nowhere", soon()));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == Errc::network);
  CHECK(failed.error().message == "cannot find the address of nowhere (no answer); check the name and the network");
  CHECK(text(run(io, patient.resolve("nowhere", soon()))) == "network");
  CHECK(server.questions() == 1);

  Resolver forgetful(io, {.failed = 0ms}, server.ask());
  CHECK(text(run(io, forgetful.resolve("nowhere", soon()))) == "network");
  server.say("nowhere", at("10.0.0.1"));
  CHECK(text(run(io, forgetful.resolve("nowhere", soon()))) == "10.0.0.1");
}

TEST_CASE("the last good address serves while nobody can tell a new one", "[net]") {
  NameServer server;
  server.say("name", at("10.0.0.1"));
  boost::asio::io_context io{1};
  Resolver patient(io, {.fresh = 0ms, .failed = 0ms, .overdue = 1h}, server.ask());
  CHECK(text(run(io, patient.resolve("name", soon()))) == "10.0.0.1");
  server.say("name", {{}, "no answer", false});
  CHECK(text(run(io, patient.resolve("name", soon()))) == "10.0.0.1");
  CHECK(server.questions() == 2);
  server.say("name", at("10.0.0.2"));
  CHECK(text(run(io, patient.resolve("name", soon()))) == "10.0.0.2");

  Resolver hasty(io, {.fresh = 0ms, .failed = 0ms, .overdue = 1ms}, server.ask());
  CHECK(text(run(io, hasty.resolve("name", soon()))) == "10.0.0.2");
  server.fall_silent();
  CHECK(text(run(io, hasty.resolve("name", soon()))) == "10.0.0.2");
  CHECK(text(run(io, hasty.resolve("name", soon()))) == "10.0.0.2");
}

TEST_CASE("an address serves no more once its name is gone or it is too old", "[net]") {
  NameServer server;
  server.say("name", at("10.0.0.1"));
  boost::asio::io_context io{1};
  Resolver resolver(io, {.fresh = 0ms, .failed = 0ms, .overdue = 1h}, server.ask());
  CHECK(text(run(io, resolver.resolve("name", soon()))) == "10.0.0.1");
  server.say("name", {{}, "no such name", true});
  CHECK(text(run(io, resolver.resolve("name", soon()))) == "network");

  server.say("name", at("10.0.0.1"));
  Resolver strict(io, {.fresh = 0ms, .failed = 0ms, .overdue = 1h, .stale = 0ms}, server.ask());
  CHECK(text(run(io, strict.resolve("name", soon()))) == "10.0.0.1");
  server.say("name", {{}, "no answer", false});
  CHECK(text(run(io, strict.resolve("name", soon()))) == "network");
}

TEST_CASE("a look-up that hangs keeps neither the resolver nor its thread from ending", "[net]") {
  NameServer server;
  {
    boost::asio::io_context io{1};
    Resolver resolver(io, {}, server.ask());
    begin(io, resolver, "silent");
    io.poll();
  }
  {
    boost::asio::io_context io{1};
    auto resolver = std::make_unique<Resolver>(io, ResolverTimes{}, server.ask());
    CHECK(text(run(io, resolver->resolve("silent", soon(1ms)))) == "timeout");
    resolver.reset();
    server.say("other", at("10.0.0.2"));
    Resolver next(io, {}, server.ask());
    CHECK(text(run(io, next.resolve("other", soon()))) == "10.0.0.2");
  }
}

TEST_CASE("the system knows this machine's own names and says why it does not know others", "[net]") {
  const auto own = ask_system("127.0.0.1");
  REQUIRE(own.addresses.size() == 1);
  CHECK(own.addresses.front() == make_address("127.0.0.1"));
  const auto none = ask_system("no such name");
  CHECK(none.addresses.empty());
  CHECK_FALSE(none.failure.empty());
}

}  // namespace resolver_test
