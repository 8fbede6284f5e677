#pragma once

#include "core/base/error.h"
#include "core/gpu/host_texts.h"
#include "core/gpu/model.h"

namespace llmgw::gpu::amd {

/// Reads AMD's GPUs from sysfs as amdgpu fills it in (docs.kernel.org/gpu/amdgpu). `not_found` error when there is
/// none.
Result<Snapshot> read(const Files& files);

}  // namespace llmgw::gpu::amd
