#pragma once

#include <string>
#include <string_view>

#include "core/gpu/model.h"

/// How single facts of a GPU are written in a cell of a table. What is not known is `-`, never 0.
namespace llmgw::cli::gpu_command {

constexpr double mib = 0x1p20;  ///< the scale of memory in tables

/// A figure without decimals, divided by `scale`, with its unit behind it.
std::string number(const gpu::Figure& figure, std::string_view unit = "", double scale = 1);

/// `a/b`.
std::string pair(const gpu::Figure& a, const gpu::Figure& b, double scale = 1);

/// A text in characters that can be shown.
std::string text(const gpu::Text& fact);

/// The model without its maker, `LOST` or `NEEDS RESET`; memory that is shared with the processors is told.
std::string name(const gpu::Gpu& gpu);

}  // namespace llmgw::cli::gpu_command
