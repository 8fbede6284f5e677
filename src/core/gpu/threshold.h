#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/gpu/model.h"

namespace llmgw::gpu {

enum class Comparison { less, less_equal, greater, greater_equal };

/// A bound that a user sets: `temp.gpu_c>85`, `mem.used_b>=70GiB`, `power.w>98%` (of the limit).
struct Threshold {
  std::string text;  ///< as written
  Field field = Field::temp_gpu;
  Comparison comparison = Comparison::greater;
  double limit = 0;                    ///< in the figure's unit, or a share of `share_of`
  std::optional<Field> share_of = {};  ///< set for a percentage of another figure
};

/// Reads `FIGURE OP VALUE[UNIT]`; `usage` errors say what is wrong and name the nearest figure.
Result<Threshold> parse_threshold(std::string_view text);

/// True when the figure is beyond the bound; unknown, with the reason, when a figure it needs is.
Fact<bool> crossed(const Threshold& threshold, const Gpu& gpu);

/// A size in bytes: `20GiB`, `500MB`, `1024`; nullopt when it is none.
std::optional<double> parse_size(std::string_view text);

}  // namespace llmgw::gpu
