#pragma once

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/log.h"
#include "core/metrics/shard.h"
#include "core/net/http_client.h"
#include "core/status/status.h"

namespace llmgw::proxy {

struct ContextLengths;

/// Takes requests that were slow or failed. Called on the worker's thread; must not block.
class RequestJournal {
 public:
  virtual ~RequestJournal() = default;
  virtual void remember(status::RequestRow row) = 0;
};

/// What every room of one worker may use. All of it outlives the worker's requests.
struct Services {
  net::HttpClient& client;
  metrics::Shard& metrics;
  IdSource& ids;
  const Clock& clock;
  const Log& log;
  ContextLengths& context_lengths;
  RequestJournal* journal = nullptr;  ///< may be null: nobody asks
};

}  // namespace llmgw::proxy
