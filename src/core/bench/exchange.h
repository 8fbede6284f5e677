#pragma once

#include <cstdint>

#include "core/base/clock.h"
#include "core/bench/sample.h"
#include "core/dialects/dialect.h"
#include "core/net/http_client.h"
#include "core/net/task.h"

namespace llmgw::bench {

/// What every request of a run shares.
struct Service {
  net::HttpClient& client;
  const dialect::Dialect& dialect;
  const Clock& clock;
  IdSource& ids;
};

/// Sends one request and notes its marks; a failure is noted in the sample too. Bytes are stamped when the read that
/// brought them returns, before anything looks at them.
net::Task<> measure(Service& service, net::HttpRequest request, Sample& sample);

}  // namespace llmgw::bench
