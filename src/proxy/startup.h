#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/env.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/config/schema.h"
#include "proxy/serve_options.h"
#include "proxy/server/listen.h"
#include "proxy/snapshot.h"

namespace llmgw::proxy {

/// The configuration that the options ask for: from a file, or made of `--upstream` and its companions, with the
/// flags laid over it. Errors: `usage` for options that contradict, `config` for everything else.
Result<config::Config> resolve_config(const ServeOptions& options, const Env& env);

/// The local token: the variable LLMGW_TOKEN, else the configured one, else a file in the state folder that is made
/// once with mode 0600. Empty when no token is required.
Result<Secret> resolve_token(const config::Config& config, const Env& env);

/// Where to listen; refuses what others could reach without protection.
Result<std::vector<ListenAddress>> resolve_listen(const config::Config& config);

/// All of the above as the snapshot that workers start with.
Result<std::shared_ptr<const Snapshot>> resolve_snapshot(const ServeOptions& options, const Env& env);

}  // namespace llmgw::proxy
