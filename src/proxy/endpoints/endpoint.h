#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/dialects/dialect.h"
#include "core/health/standing.h"
#include "core/http/message.h"
#include "core/metrics/table.h"
#include "core/net/task.h"
#include "proxy/pipeline/exchange.h"
#include "proxy/server/responder.h"
#include "proxy/services.h"
#include "proxy/snapshot.h"

namespace llmgw::proxy {

/// Where the process is in its life.
enum class Phase : std::uint8_t { starting, serving, draining };

/// What an endpoint can ask about the whole process.
class Process {
 public:
  virtual ~Process() = default;
  /// The `/metrics` page over all workers, with what is known of the upstreams.
  virtual std::string metrics_page(std::span<const metrics::Found> upstreams) const = 0;
  virtual Phase phase() const = 0;
  /// Where slow and failed requests are kept, or null.
  virtual RequestJournal* journal() const { return nullptr; }
  /// Somebody looks at how the upstreams are: what is known of them should be fresh when he looks again.
  virtual void look() const {}
};

/// What one worker's endpoints remember between requests.
struct EndpointMemory {
  /// Upstreams that turned out not to count tokens (`provider@authority`): they are not asked again.
  std::unordered_set<std::string> no_token_count;
  /// What the background checks last told; null before the first round.
  std::shared_ptr<const health::Overview> upstreams;
};

struct EndpointRow;

/// One request on its way to an endpoint.
struct Call {
  Exchange& exchange;
  Services& services;
  server::Responder& responder;
  const Process& process;
  EndpointMemory& memory;
  const EndpointRow& row;
};

/// Who may call an endpoint without the local token.
enum class Access {
  token,          ///< nobody
  open,           ///< everybody, whatever Host they name: a status and nothing else
  probe,          ///< the same, but with `?verbose` as `open_loopback`
  open_loopback,  ///< whoever connects from this machine
};

/// One endpoint. A path that ends in `*` takes everything below it.
struct EndpointRow {
  std::string_view method;  ///< "*" takes all; GET rows answer HEAD too
  std::string_view path;
  metrics::Endpoint label;
  const dialect::Dialect* client;  ///< the format of its answers and errors
  Access access;
  net::Task<> (*run)(Call call);
  std::string_view doc;  ///< one line for the reference page
};

/// All endpoints; the first row that matches is taken.
std::span<const EndpointRow> endpoints();

/// True for the methods that a row could serve; the others are refused.
bool is_known_method(std::string_view method);
/// Who may make this request of the row.
Access access_of(const EndpointRow& row, const http::Request& request);

/// The row for a request, or nullptr. The paths of clients whose base URL lacks `/v1`, or has it although their SDK
/// adds it (`/v1/v1/messages`), are understood as well.
const EndpointRow* find_endpoint(std::string_view method, std::string_view path);

/// The format in which a path's errors are told when no row matches.
const dialect::Dialect& error_dialect(std::string_view path);

net::Task<> run_generate(Call call);
net::Task<> run_count_tokens(Call call);
net::Task<> run_models(Call call);
net::Task<> run_model(Call call);
net::Task<> run_passthrough(Call call);
net::Task<> run_root(Call call);
net::Task<> run_live(Call call);
net::Task<> run_healthz(Call call);
net::Task<> run_ready(Call call);
net::Task<> run_health(Call call);
net::Task<> run_litellm_live(Call call);
net::Task<> run_litellm_ready(Call call);
net::Task<> run_metrics(Call call);

}  // namespace llmgw::proxy
