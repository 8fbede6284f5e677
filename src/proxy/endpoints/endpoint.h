#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/dialects/dialect.h"
#include "core/http/message.h"
#include "core/metrics/table.h"
#include "core/net/task.h"
#include "proxy/pipeline/exchange.h"
#include "proxy/server/responder.h"
#include "proxy/services.h"
#include "proxy/snapshot.h"

namespace llmgw::proxy {

/// What an endpoint can ask about the whole process.
class Process {
 public:
  virtual ~Process() = default;
  /// The `/metrics` page over all workers.
  virtual std::string metrics_page() const = 0;
  /// Accepting requests and not draining.
  virtual bool ready() const = 0;
  /// Where slow and failed requests are kept, or null.
  virtual RequestJournal* journal() const { return nullptr; }
};

/// What one worker's endpoints remember between requests.
struct EndpointMemory {
  /// Upstreams that turned out not to count tokens (`provider@authority`): they are not asked again.
  std::unordered_set<std::string> no_token_count;
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
net::Task<> run_ready(Call call);
net::Task<> run_metrics(Call call);

}  // namespace llmgw::proxy
