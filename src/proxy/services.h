#pragma once

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/log.h"
#include "core/metrics/shard.h"
#include "core/net/http_client.h"

namespace llmgw::proxy {

struct ContextLengths;

/// What every room of one worker may use. All of it outlives the worker's requests.
struct Services {
  net::HttpClient& client;
  metrics::Shard& metrics;
  IdSource& ids;
  const Clock& clock;
  const Log& log;
  ContextLengths& context_lengths;
};

}  // namespace llmgw::proxy
