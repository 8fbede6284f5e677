#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/dialects/dialect.h"
#include "core/http/message.h"
#include "core/net/event.h"
#include "core/net/task.h"
#include "proxy/server/responder.h"
#include "proxy/sim/outlet.h"
#include "proxy/sim/plan.h"
#include "proxy/sim/replies.h"
#include "proxy/sim/world.h"

namespace llmgw::sim {

/// Numbers that one request's answer is drawn from.
struct Seeds {
  std::uint64_t content = 0;  ///< equal for equal requests
  std::uint64_t timing = 0;   ///< differs between repetitions of a request
};

/// What a fault leaves of an answer.
enum class After { go_on, finish, stop };

/// One Chat or Messages request from its arrival to the last byte of its answer.
class Generation {
 public:
  Generation(boost::asio::io_context& io, World& world, const http::Request& request, server::Responder& responder,
             const Seeds& seeds);
  net::Task<> run();

 private:
  Result<> prepare();
  Result<> behave();
  [[nodiscard]] http::ResponseHead head(int status, std::string_view type) const;
  [[nodiscard]] dialect::ClientContext client();

  net::Task<> answer();
  net::Task<> refuse(Error error);
  net::Task<> send(Reply reply);
  net::Task<> stream();
  net::Task<bool> play(Outlet& outlet);
  net::Task<> whole();
  net::Task<bool> reach(nanoseconds after_arrival);
  net::Task<bool> before_head();
  net::Task<After> fault_before(const Step& step, Outlet& outlet);
  net::Task<> send_error(Outlet& outlet);
  net::Task<> cut();
  net::Task<bool> forever();

  World& world_;
  const http::Request& request_;
  server::Responder& responder_;
  const dialect::Dialect& dialect_;
  bool chat_;
  IdSource content_;
  IdSource timing_;
  SystemClock clock_;
  net::Event wake_;
  net::SteadyTime arrival_;
  Behaviour behaviour_;
  ir::Request asked_;
  std::optional<Turn> turn_;
  Plan plan_;
  TruthRecord truth_;
  std::int64_t sent_tokens_ = 0;
  nanoseconds stalled_{0};  ///< a stall moves everything after it
  bool failed_ = false;     ///< nothing of the answer follows
};

}  // namespace llmgw::sim
