#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"

namespace llmgw::sim {

/// `count` tokens of prose: words with their leading space, now and then a sentence's end.
std::vector<std::string> prose(IdSource& random, std::int64_t count);
/// `count` tokens of Chinese prose.
std::vector<std::string> han_prose(IdSource& random, std::int64_t count);
/// A text cut into tokens at its words; long words are cut on, never inside a character.
std::vector<std::string> tokens_of(std::string_view text);
/// A text cut into pieces of at most `size` bytes, never inside a character.
std::vector<std::string> pieces_of(std::string_view text, std::size_t size);

}  // namespace llmgw::sim
