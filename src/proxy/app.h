#pragma once

#include <functional>
#include <string_view>

#include "core/base/env.h"
#include "core/base/error.h"
#include "proxy/serve_options.h"

namespace llmgw::proxy {

/// Where `serve` says what it does: `out` is standard output, written at once.
struct ServeOutput {
  std::function<void(std::string_view)> out;
};

/// Runs the gateway until a signal ends it. The value is the exit code: 0 after a drain by SIGTERM or SIGINT, 143 or
/// 130 when a second signal cut the drain short. With `options.check` only validates the configuration.
Result<int> run_serve(const ServeOptions& options, const Env& env, const ServeOutput& output);

}  // namespace llmgw::proxy
