#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/client/target.h"
#include "cli/failure.h"
#include "core/base/clock.h"
#include "core/bench/sample.h"
#include "core/ir/answer.h"
#include "core/ir/request.h"
#include "core/net/foreground.h"

namespace llmgw::cli {

/// Hears of an answer while it comes.
class Listener {
 public:
  virtual ~Listener() = default;
  /// Events that arrived together.
  virtual void on_events(const ir::Events& events) = 0;
  /// A try failed and another one follows after the pause.
  virtual void on_retry(const Failure& failure, net::milliseconds pause) = 0;
  /// True when nobody can hear the rest: the exchange ends.
  [[nodiscard]] virtual bool gone() const = 0;
};

/// What an exchange is made of. References must outlive it.
struct ExchangePlan {
  const Target& target;
  const ir::Request& request;
  std::vector<std::pair<std::string, std::string>> fields;  ///< further top-level members, values as JSON
  const Clock& clock;
  std::uint64_t seed = 0;  ///< of ids and jitter
};

/// An answer with what is known of its way.
struct Exchanged {
  ir::Answer answer;
  bench::Sample sample;  ///< its times, as bench takes them
  std::string request_id;
  std::string applied;  ///< `x-llmgw-applied`
  std::string notes;    ///< `x-llmgw-notes`
  int http_status = 0;
  std::int64_t retries = 0;
};

/// Sends the request and hears the answer to its end. Failures before the answer begins are tried again (see
/// `--retries`); after that an answer that fails or breaks off is a failure, and the listener has heard what came.
net::Task<Step<Exchanged>> exchange(net::ClientRoom& room, const ExchangePlan& plan, Listener& listener);

/// The request as bytes in the target's format with `fields` spliced in; `usage` error for a field that is no JSON.
Result<std::string> encode_body(const ExchangePlan& plan);

}  // namespace llmgw::cli
