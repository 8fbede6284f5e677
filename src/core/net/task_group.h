#pragma once

#include <cstddef>
#include <memory>

#include "core/net/event.h"
#include "core/net/task.h"

namespace llmgw::net {

/// Tasks that run side by side with the one that started them, on the same thread. Join before leaving the frame whose
/// objects the tasks use.
class TaskGroup {
 public:
  /// A group of the running coroutine. From here on its waits end with `cancelled` values and never throw.
  static Task<std::unique_ptr<TaskGroup>> here();
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  /// Begins a task. Its errors are its own business.
  void start(Task<> task);
  /// Tasks that have not ended.
  [[nodiscard]] std::size_t running() const;
  /// Cancels every task; join to see them end.
  void cancel();
  /// Waits until all have ended (`set`), or the deadline passes, or the waiting coroutine is cancelled. A cancellation
  /// is taken by this call: the coroutine can wait again. Throws what a task threw.
  Task<Wake> join(SteadyTime deadline = never);
  /// Waits until all have ended, whatever happens: once the waiting coroutine is cancelled, they are too. False then.
  Task<bool> join_or_cancel();

 private:
  struct State;
  explicit TaskGroup(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;  // shared with the tasks, which an ending io_context destroys in any order
};

}  // namespace llmgw::net
