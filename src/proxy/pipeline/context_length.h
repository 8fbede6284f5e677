#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/net/task.h"
#include "proxy/pipeline/exchange.h"
#include "proxy/services.h"

namespace llmgw::proxy {

/// What a worker has learnt about the context of its upstreams' models.
struct ContextLengths {
  struct Known {
    std::optional<std::int64_t> tokens;  ///< nullopt: the upstream does not say
    std::int64_t until_ns = 0;           ///< monotonic; asked again afterwards
  };
  /// Models remembered at a time: where an upstream takes any name, their number is the clients' to choose.
  static constexpr std::size_t most = 1000;

  /// The entry of a model, made where there is none; it stays valid until the next call.
  Known& of(const std::string& model);

  std::map<std::string, Known> by_model;  ///< key: base address and upstream model name
};

/// The context of the model in tokens, as the upstream's model list says it (`max_model_len` in vLLM and SGLang,
/// `meta.n_ctx_train` in llama.cpp, `max_input_tokens` at Anthropic, `context_length` at OpenRouter); nullopt when it
/// does not. Asked at most once a minute.
net::Task<std::optional<std::int64_t>> context_length(const Exchange& exchange, const Upstream& upstream,
                                                      Services& services, ContextLengths& known);

/// The same from a model list's bytes.
std::optional<std::int64_t> listed_context(std::string_view list, std::string_view model);

}  // namespace llmgw::proxy
