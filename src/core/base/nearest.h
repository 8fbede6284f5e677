#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace llmgw {

/// Edits (insert, delete, replace, swap of neighbours; letter case is free) that turn one ASCII name into
/// another.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The name a reader most likely meant: the closest of the candidates, or empty when none is close enough to
/// be worth suggesting (more than a third of the letters differ).
std::string_view nearest(std::string_view wrong, std::span<const std::string_view> candidates);

}  // namespace llmgw
