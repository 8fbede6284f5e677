#pragma once

#include <memory>

#include "core/base/env.h"
#include "core/base/error.h"
#include "core/gpu/nvml_api.h"

namespace llmgw::gpu::nvml {

/// Loads NVML's library: `$LLMGW_NVML_LIB` alone when it is set, else `libnvidia-ml.so.1`, `libnvidia-ml.so`, and the
/// place where WSL puts it. `not_found` error with the loader's own words when none can be loaded.
Result<std::unique_ptr<Symbols>> load(const Env& env);

}  // namespace llmgw::gpu::nvml
