#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "core/net/event.h"
#include "core/net/task.h"

namespace llmgw::net {

/// A place where one coroutine waits and is continued by a call, on the caller's stack: two passes of the loop less
/// than an `Event`, which counts where every request begins with such a wait. For callbacks of the io_context that have
/// nothing left to do. A coroutine that still waits when the io_context goes is destroyed with it; like a timer, a
/// wakeup must not outlive its io_context.
class Wakeup {
 public:
  explicit Wakeup(boost::asio::io_context& io);
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  /// Waits for `wake` (`set`), until the deadline passes or the coroutine is cancelled.
  Task<Wake> wait(SteadyTime deadline);
  /// Continues the coroutine that waits, if any. The last thing a callback does: objects may be gone afterwards.
  void wake();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace llmgw::net
