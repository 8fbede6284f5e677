#include "core/net/wakeup.h"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstdint>
#include <unordered_set>
#include <utility>

#include "core/net/watchdog.h"

namespace llmgw::net {

namespace asio = boost::asio;

namespace waking {

/// The continuation of a waiting coroutine, whatever its type.
class Waiter {
 public:
  virtual ~Waiter() = default;
  virtual void go_on(Wake how) = 0;
};

template <class Handler>
class WaiterOf final : public Waiter {
 public:
  explicit WaiterOf(Handler handler) : handler_(std::move(handler)) {}
  void go_on(Wake how) override { std::move(handler_)(how); }

 private:
  Handler handler_;
};

/// Forgets waiters before the io_context goes: their frames hold sockets and timers of it.
class Waiters final : public asio::execution_context::service {
 public:
  using key_type = Waiters;
  inline static const asio::execution_context::id id{};
  explicit Waiters(asio::execution_context& context) : service(context) {}

  std::unordered_set<std::unique_ptr<Waiter>*> waiting;

 private:
  void shutdown() override {
    // One coroutine may own what others wait at, so the set is asked anew each time.
    while (!waiting.empty()) {
      const auto place = waiting.begin();
      const auto gone = std::move(**place);
      waiting.erase(place);
    }
  }
};

}  // namespace waking

struct Wakeup::State : std::enable_shared_from_this<Wakeup::State> {
  explicit State(asio::io_context& context)
      : io(context),
        all(asio::use_service<waking::Waiters>(context)),
        watchdog(context, [this] { finish(Wake::expired); }) {}

  template <class Handler>
  void park(Handler handler) {
    ++waits;
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) {
      // Whoever cancels is in the midst of something: the coroutine goes on later. The wait may have ended by then.
      slot.assign([weak = weak_from_this(), wait = waits](asio::cancellation_type) {
        const auto self = weak.lock();
        if (!self) return;
        asio::post(self->io, [self, wait] {
          if (self->waits == wait) self->finish(Wake::cancelled);
        });
      });
    }
    waiter = std::make_unique<waking::WaiterOf<Handler>>(std::move(handler));
    all.waiting.insert(&waiter);
  }

  void finish(Wake how) {
    if (!waiter) return;
    ++waits;
    all.waiting.erase(&waiter);
    watchdog.watch_until(never);
    const auto alive = shared_from_this();
    const auto gone = std::move(waiter);
    gone->go_on(how);
  }

  /// What Asio calls with the coroutine's continuation.
  struct Park {
    State* state;
    template <class Handler>
    void operator()(Handler handler) const {
      state->park(std::move(handler));
    }
  };

  asio::io_context& io;
  waking::Waiters& all;
  Watchdog watchdog;
  std::unique_ptr<waking::Waiter> waiter;
  std::uint64_t waits = 0;  ///< begun and ended
};

Wakeup::Wakeup(asio::io_context& io) : state_(std::make_shared<State>(io)) {}

Wakeup::~Wakeup() {
  state_->all.waiting.erase(&state_->waiter);
  ++state_->waits;
}

Task<Wake> Wakeup::wait(SteadyTime deadline) {
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return Wake::cancelled;
  state_->watchdog.watch_until(deadline);
  co_return co_await asio::async_initiate<const asio::deferred_t, void(Wake)>(State::Park(state_.get()), use_task);
}

void Wakeup::wake() { state_->finish(Wake::set); }

}  // namespace llmgw::net
