#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/gpu/nvml_abi.h"

namespace llmgw::gpu::nvml {

/// One return code of NVML (docs.nvidia.com/deploy/nvml-api, nvmlReturn_t).
struct ReturnCode {
  Return code;
  std::string_view reason;  ///< a few words for a figure that is not known
  std::string_view advice;  ///< what to do when nothing works because of it; empty: nothing is known
};

/// All codes by number.
std::span<const ReturnCode> return_codes();

/// The reason of a code; unknown ones are named by number.
std::string reason_of(Return code);
/// The advice of a code, or empty.
std::string_view advice_of(Return code);

}  // namespace llmgw::gpu::nvml
