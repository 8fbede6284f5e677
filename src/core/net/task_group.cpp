#include "core/net/task_group.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <list>
#include <utility>

namespace llmgw::net {

namespace asio = boost::asio;

struct TaskGroup::State {
  explicit State(asio::io_context& context) : io(context), changed(context) {}
  asio::io_context& io;
  Event changed;
  std::list<asio::cancellation_signal> signals;
  std::exception_ptr problem;
};

namespace task_group {

/// Asio throws at every co_await of a cancelled coroutine unless told otherwise; here cancellation is a value.
Task<> quiet(Task<> task) {
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await std::move(task);
}

}  // namespace task_group

TaskGroup::TaskGroup(std::shared_ptr<State> state) : state_(std::move(state)) {}

TaskGroup::~TaskGroup() { cancel(); }

Task<std::unique_ptr<TaskGroup>> TaskGroup::here() {
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto executor = co_await asio::this_coro::executor;
  auto& io = static_cast<asio::io_context&>(asio::query(executor, asio::execution::context));
  co_return std::unique_ptr<TaskGroup>(new TaskGroup(std::make_shared<State>(io)));
}

void TaskGroup::start(Task<> task) {
  const auto signal = state_->signals.emplace(state_->signals.end());
  const auto ended = [state = state_, signal](const std::exception_ptr& thrown) {
    if (thrown) state->problem = thrown;
    state->signals.erase(signal);
    state->changed.set();
  };
  asio::co_spawn(state_->io, task_group::quiet(std::move(task)), asio::bind_cancellation_slot(signal->slot(), ended));
}

std::size_t TaskGroup::running() const { return state_->signals.size(); }

void TaskGroup::cancel() {
  // A task that ends inside emit takes its signal off the list.
  for (auto at = state_->signals.begin(); at != state_->signals.end();) {
    auto& signal = *at++;
    signal.emit(asio::cancellation_type::terminal);
  }
}

Task<Wake> TaskGroup::join(SteadyTime deadline) {
  while (running() > 0) {
    const auto wake = co_await state_->changed.wait(deadline);
    if (wake == Wake::set) continue;
    co_await asio::this_coro::reset_cancellation_state();
    co_return wake;
  }
  if (state_->problem) std::rethrow_exception(std::exchange(state_->problem, nullptr));
  co_return Wake::set;
}

Task<bool> TaskGroup::join_or_cancel() {
  bool whole = true;
  auto wake = co_await join();
  while (wake != Wake::set) {
    whole = false;
    cancel();
    wake = co_await join();
  }
  co_return whole;
}

}  // namespace llmgw::net
