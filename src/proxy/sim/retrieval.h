#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/http/message.h"
#include "proxy/sim/replies.h"
#include "proxy/sim/world.h"

namespace llmgw::sim {

/// A vector of length 1 that depends on the text and the seed alone. Texts that share words are near each other.
std::vector<float> embedding_of(std::string_view text, std::uint64_t seed, std::size_t dimensions);

/// `POST /v1/embeddings`: texts or tokens, `dimensions`, as numbers or base64.
Reply embed(World& world, const http::Request& request);
/// `POST /v1/rerank` in the form of Cohere's that vLLM has: `query`, `documents`, `top_n`.
Reply rerank(World& world, const http::Request& request);

}  // namespace llmgw::sim
