#pragma once

#include <cstdint>
#include <string>

namespace llmgw::bench {

/// A synthetic prompt of about `tokens` tokens of common English words, which most tokenizers keep whole. Each index
/// has its own beginning, so that no prefix cache answers for the server; the same seed gives the same prompts.
std::string synthetic_prompt(std::uint64_t seed, std::int64_t index, std::int64_t tokens);

}  // namespace llmgw::bench
