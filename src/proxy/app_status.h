#pragma once

#include <cstdint>
#include <string>

#include "core/base/clock.h"
#include "core/base/env.h"
#include "core/metrics/shard.h"
#include "core/status/status.h"
#include "proxy/health/backend.h"
#include "proxy/serve_options.h"
#include "proxy/snapshot.h"

namespace llmgw::proxy {

/// The configuration file behind a snapshot.
struct ConfigSource {
  std::string file;               ///< absolute; empty: none was read
  std::int64_t mtime_unix_s = 0;  ///< just before it was read, so that a change while it is read shows
  std::int64_t loaded_unix_s = 0;
};

/// The file that the options lead to, as it is now. Ask before it is read.
ConfigSource find_source(const ServeOptions& options, const Env& env, const Clock& clock);

/// What the background checks found of one upstream.
status::UpstreamRow describe(const Backend& backend);

/// What the configuration and the counters say; the caller adds what it knows of the process.
status::ServeStatus describe(const Snapshot& snapshot, const metrics::Page& page, const ConfigSource& source);

}  // namespace llmgw::proxy
