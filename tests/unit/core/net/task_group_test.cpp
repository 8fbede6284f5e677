#include "core/net/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch_test_macros.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/net/pause.h"
#include "support/loop.h"

using namespace llmgw::net;
using namespace llmgw::test;
using namespace std::chrono_literals;

namespace task_group_test {

constexpr auto for_ever = 1h;

/// Waits and notes how the wait ended.
Task<> wait_and_note(std::vector<std::string>& notes, std::chrono::nanoseconds time) {
  const auto waited = co_await pause(time);
  notes.emplace_back(waited ? "waited" : "cancelled");
}

/// Cancels a coroutine that waits for its task; whether it joined it all the same.
bool cancelled_in_its_wait(Task<bool> task) {
  boost::asio::io_context io{1};
  boost::asio::cancellation_signal signal;
  bool ended = false;
  bool joined = false;
  boost::asio::co_spawn(io, std::move(task),
                        boost::asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, bool value) {
                          ended = true;
                          joined = value;
                        }));
  // The task's wait has begun once the loop has nothing left to do at once.
  while (io.poll_one() > 0) {
  }
  signal.emit(boost::asio::cancellation_type::terminal);
  run_until(io, [&] { return ended; });
  return joined;
}

Task<> throwing() {
  co_await pause(0ns);
  throw std::runtime_error("broken");
}

Task<std::size_t> join_two(std::vector<std::string>& notes) {
  const auto group = co_await TaskGroup::here();
  group->start(wait_and_note(notes, 1ms));
  group->start(wait_and_note(notes, 2ms));
  const auto wake = co_await group->join();
  notes.emplace_back(wake == Wake::set ? "joined" : "not joined");
  co_return group->running();
}

Task<std::size_t> join_late(std::vector<std::string>& notes) {
  const auto group = co_await TaskGroup::here();
  group->start(wait_and_note(notes, for_ever));
  const auto deadline = std::chrono::steady_clock::now();
  const auto wake = co_await group->join(deadline);
  notes.emplace_back(wake == Wake::expired ? "expired" : "not expired");
  group->cancel();
  co_await group->join();
  co_return group->running();
}

Task<bool> join_cancelled(std::vector<std::string>& notes) {
  const auto group = co_await TaskGroup::here();
  group->start(wait_and_note(notes, for_ever));
  const auto wake = co_await group->join();
  notes.emplace_back(wake == Wake::cancelled ? "parent cancelled" : "parent not cancelled");
  group->cancel();
  const auto after = co_await group->join();
  co_return after == Wake::set;
}

Task<bool> join_or_give_up(std::vector<std::string>& notes) {
  const auto group = co_await TaskGroup::here();
  group->start(wait_and_note(notes, for_ever));
  const bool whole = co_await group->join_or_cancel();
  notes.emplace_back(whole ? "whole" : "given up");
  co_return group->running() == 0;
}

Task<bool> join_thrown() {
  const auto group = co_await TaskGroup::here();
  group->start(throwing());
  co_await group->join();
  co_return true;
}

}  // namespace task_group_test

TEST_CASE("a group is joined when all its tasks have ended", "[net]") {
  boost::asio::io_context io{1};
  std::vector<std::string> notes;
  CHECK(run(io, task_group_test::join_two(notes)) == 0);
  CHECK(notes == std::vector<std::string>{"waited", "waited", "joined"});
}

TEST_CASE("tasks that outlast the deadline can be cancelled and joined", "[net]") {
  boost::asio::io_context io{1};
  std::vector<std::string> notes;
  CHECK(run(io, task_group_test::join_late(notes)) == 0);
  CHECK(notes == std::vector<std::string>{"expired", "cancelled"});
}

TEST_CASE("a cancelled coroutine can still cancel and join its tasks", "[net]") {
  std::vector<std::string> notes;
  CHECK(task_group_test::cancelled_in_its_wait(task_group_test::join_cancelled(notes)));
  CHECK(notes == std::vector<std::string>{"parent cancelled", "cancelled"});
}

TEST_CASE("a coroutine that joins or cancels leaves no task behind", "[net]") {
  std::vector<std::string> notes;
  CHECK(task_group_test::cancelled_in_its_wait(task_group_test::join_or_give_up(notes)));
  CHECK(notes == std::vector<std::string>{"cancelled", "given up"});
}

TEST_CASE("what a task throws comes out of the join", "[net]") {
  boost::asio::io_context io{1};
  bool ended = false;
  std::exception_ptr thrown;
  boost::asio::co_spawn(io, task_group_test::join_thrown(), [&](std::exception_ptr problem, bool) {
    thrown = problem;
    ended = true;
  });
  run_until(io, [&] { return ended; });
  CHECK_THROWS_AS(std::rethrow_exception(thrown), std::runtime_error);
}

namespace task_group_test {

Task<> note_twice(std::vector<std::string>& notes) {
  co_await wait_and_note(notes, for_ever);
  co_await wait_and_note(notes, for_ever);
}

Task<std::size_t> cancel_at_once(std::vector<std::string>& notes) {
  const auto group = co_await TaskGroup::here();
  group->start(note_twice(notes));
  group->cancel();
  co_await group->join();
  co_return group->running();
}

}  // namespace task_group_test

TEST_CASE("a cancelled task waits for nothing more", "[net]") {
  boost::asio::io_context io{1};
  std::vector<std::string> notes;
  CHECK(run(io, task_group_test::cancel_at_once(notes)) == 0);
  CHECK(notes == std::vector<std::string>{"cancelled", "cancelled"});
}
