#include "core/health/kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/nearest.h"
#include "core/health/facts.h"

namespace llmgw::health {
namespace kind_table {

// docs.vllm.ai, "Production Metrics": kv_cache_usage_perc took the place of gpu_cache_usage_perc.
constexpr std::array<std::string_view, 2> vllm_kv{"vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"};
constexpr std::array<std::string_view, 1> sglang_kv{"sglang:token_usage"};
// Gone from newer builds of llama.cpp's server (tools/server/README.md).
constexpr std::array<std::string_view, 1> llamacpp_kv{"llamacpp:kv_cache_usage_ratio"};

constexpr LoadMetrics vllm_load{.running = "vllm:num_requests_running",
                                .waiting = "vllm:num_requests_waiting",
                                .waiting_by_reason = "vllm:num_requests_waiting_by_reason",
                                .kv = vllm_kv,
                                .can_be_off = true,  // --disable-log-stats
                                .preemptions = "vllm:num_preemptions_total",
                                .sleep = "vllm:engine_sleep_state"};
constexpr LoadMetrics sglang_load{
    .running = "sglang:num_running_reqs", .waiting = "sglang:num_queue_reqs", .kv = sglang_kv};
constexpr LoadMetrics llamacpp_load{.running = "llamacpp:requests_processing",
                                    .waiting = "llamacpp:requests_deferred",
                                    .kv = llamacpp_kv,
                                    .kv_in_some_builds = true};

constexpr std::array rows{
    Kind{.name = "vllm",
         .doc = "vLLM",
         .live = "/health",
         .ready = "/health",
         .version = "/version",
         .version_member = "version",
         .metrics = "/metrics",
         .asleep = "/is_sleeping",
         // It listens once its model is loaded, and its /health is 503 on EngineDeadError alone
         // (vllm/entrypoints/serve/instrumentator/health.py).
         .dead_at_503 = true,
         .load = vllm_load},
    Kind{.name = "sglang",
         .doc = "SGLang",
         .live = "/health",
         .ready = "/health",
         .version = "/get_server_info",
         .version_member = "version",
         .metrics = "/metrics",
         .load = sglang_load},
    Kind{.name = "tei",
         .doc = "Text Embeddings Inference",
         .live = "/health",
         .ready = "/health",
         .version = "/info",
         .version_member = "version",
         .models = {},
         .metrics = "/metrics",
         .info = "/info",
         .rerank = "/rerank",
         .rerank_texts = "texts",
         .load = {.waiting = "te_queue_size"}},
    Kind{.name = "tgi",
         .doc = "Text Generation Inference",
         .live = "/health",
         .ready = "/health",
         .version = "/info",
         .version_member = "version",
         .metrics = "/metrics",
         .load = {.running = "tgi_batch_current_size", .waiting = "tgi_queue_size"}},
    Kind{.name = "llamacpp",
         .doc = "llama.cpp's server",
         .live = "/health",
         .ready = "/health",
         .version = "/props",
         .version_member = "build_info",
         .metrics = "/metrics",
         .load = llamacpp_load},
    Kind{.name = "ollama",
         .doc = "Ollama",
         .live = "/",
         .ready = "/api/version",
         .version = "/api/version",
         .version_member = "version",
         .loaded = "/api/ps"},
    Kind{.name = "lmstudio",
         .doc = "LM Studio",
         .live = "/api/v1/models",
         .ready = "/api/v1/models",
         .loaded = "/api/v1/models"},
    Kind{.name = "litellm",
         .doc = "LiteLLM's proxy",
         .live = "/health/liveliness",
         .ready = "/health/readiness",
         .version = "/health/readiness/details",
         .version_member = "litellm_version",
         .budget = "/key/info",
         .info = "{api}/model/info",
         .gateway = true,
         .ready_body = ReadyBody::litellm},
    Kind{.name = "deltallm",
         .doc = "DeltaLLM",
         .live = "/health/liveliness",
         .ready = "/health/readiness",
         .metrics = "/metrics",
         .budget = "/ui/api/keys?limit=500",
         .gateway = true,
         .admins_budget = true,
         .ready_body = ReadyBody::deltallm},
    Kind{.name = "dgx",
         .doc = "DGX LLM Chat Gateway",
         .live = "/healthz",
         .ready = "/readyz",
         .metrics = "/metrics",
         .info = "{api}/info",
         .gateway = true,
         .ready_body = ReadyBody::dgx},
    Kind{.name = "oip",
         .doc = "Open Inference Protocol v2: KServe, Triton",
         .live = "/v2/health/live",
         .ready = "/v2/health/ready",
         .version = "/v2",
         .version_member = "version",
         .models = {},
         .ready_body = ReadyBody::oip},
    Kind{.name = "llmgw",
         .doc = "llmgw serve",
         .live = "/livez",
         .ready = "/readyz",
         .metrics = "/metrics",
         .gateway = true},
    Kind{.name = "openai_compatible", .doc = "any server that lists models as OpenAI does", .plain = true},
    Kind{.name = "openai", .doc = "OpenAI", .hosted = true, .openai_models = true},
    Kind{.name = "anthropic", .doc = "Anthropic", .hosted = true, .messages_only = true},
    Kind{.name = "openrouter", .doc = "OpenRouter", .budget = "{api}/key", .hosted = true},
};

constexpr int unauthorized = 401;
constexpr int forbidden = 403;

enum class Sign : std::uint8_t { member, text, series, server, refused };

/// What an answer must hold to be that kind's.
struct Fingerprint {
  std::string_view kind;
  std::string_view path;
  Sign sign;
  /// A member of the JSON object, words of the body, the beginning of a metric's name, or the field Server's value.
  std::string_view wanted;
  Confidence confidence = Confidence::high;
};

// LiteLLM's /health asks each of its models for an answer (docs.litellm.ai, "Health Checks"), and llmgw keeps a list of
// the requests that failed, which paths that it does not have would fill.
constexpr std::array<std::string_view, 2> first_paths{"/health/liveliness", "/metrics"};

// The first that fits counts, so the more particular one stands first.
constexpr std::array fingerprints{
    // llmgw answers LiteLLM's paths too, in LiteLLM's words: before LiteLLM.
    Fingerprint{"llmgw", "/metrics", Sign::series, "llmgw_build_info"},
    // A gateway may pass on the paths of the engine behind it, an engine never those of a gateway: gateways first.
    Fingerprint{"litellm", "/health/liveliness", Sign::text, "I'm alive!"},
    Fingerprint{"litellm", "/health/readiness", Sign::member, "litellm_version"},
    Fingerprint{"deltallm", "/health", Sign::member, "liveliness"},
    Fingerprint{"dgx", "/readyz", Sign::text, "vllm"},
    Fingerprint{"vllm", "/metrics", Sign::series, "vllm:"},
    Fingerprint{"sglang", "/metrics", Sign::series, "sglang:"},
    Fingerprint{"sglang", "/get_server_info", Sign::member, "version"},
    // TEI and TGI share /info and model_id; model_type is TEI's alone.
    Fingerprint{"tei", "/info", Sign::member, "model_type"},
    Fingerprint{"tgi", "/info", Sign::member, "model_id"},
    Fingerprint{"llamacpp", "/props", Sign::member, "default_generation_settings"},
    Fingerprint{"llamacpp", "/metrics", Sign::series, "llamacpp:"},
    // While it loads its model llama.cpp's server answers nothing but this.
    Fingerprint{"llamacpp", "/health", Sign::text, "Loading model"},
    // Behind a key it answers nothing but this, and its name is in the head.
    Fingerprint{"llamacpp", "/health", Sign::server, "llama.cpp"},
    Fingerprint{"ollama", "/", Sign::text, "Ollama is running"},
    Fingerprint{"ollama", "/api/version", Sign::member, "version"},
    Fingerprint{"lmstudio", "/api/v1/models", Sign::member, "models"},
    Fingerprint{"oip", "/v2", Sign::member, "extensions"},
    Fingerprint{"vllm", "/version", Sign::member, "version", Confidence::low},
    Fingerprint{"openai_compatible", "{api}/models", Sign::member, "data", Confidence::low},
    // Who asks for a key there has a list.
    Fingerprint{"openai_compatible", "{api}/models", Sign::refused, "", Confidence::low},
};

bool fits(const Fingerprint& fingerprint, const Facts& facts) {
  if (fingerprint.sign == Sign::series) return facts.page && facts.page->any_with_prefix(fingerprint.wanted);
  const auto* reply = facts.reply(fingerprint.path);
  if (reply == nullptr || reply->error) return false;
  if (fingerprint.sign == Sign::text) return reply->body.contains(fingerprint.wanted);
  if (fingerprint.sign == Sign::server) return reply->headers.get("server") == fingerprint.wanted;
  if (fingerprint.sign == Sign::refused) return reply->status == unauthorized || reply->status == forbidden;
  const auto root = reply->json();
  return reply->ok() && root.is_object() && static_cast<bool>(root[fingerprint.wanted]);
}

}  // namespace kind_table

std::span<const Kind> kinds() { return kind_table::rows; }

const Kind* find_kind(std::string_view name) {
  const auto found = std::ranges::find(kind_table::rows, name, &Kind::name);
  return found == kind_table::rows.end() ? nullptr : &*found;
}

Result<const Kind*> require_kind(std::string_view name) {
  if (const auto* kind = find_kind(name)) return kind;
  std::vector<std::string_view> names;
  for (const auto& kind : kinds()) names.push_back(kind.name);
  const auto meant = nearest(name, names);
  const auto advice =
      meant.empty() ? fmt::format("there are: {}", fmt::join(names, ", ")) : fmt::format("did you mean {}?", meant);
  return fail(Errc::usage, fmt::format("no kind of server is called \"{}\"; {}", name, advice));
}

std::span<const std::string_view> first_fingerprint_paths() { return kind_table::first_paths; }

std::vector<std::string_view> fingerprint_paths() {
  std::vector<std::string_view> paths;
  for (const auto& fingerprint : kind_table::fingerprints) {
    if (std::ranges::find(paths, fingerprint.path) == paths.end()) paths.push_back(fingerprint.path);
  }
  return paths;
}

Identified identify(const Facts& facts) {
  for (const auto& fingerprint : kind_table::fingerprints) {
    if (kind_table::fits(fingerprint, facts)) return {find_kind(fingerprint.kind), fingerprint.confidence};
  }
  return {};
}

std::string_view confidence_name(Confidence confidence) {
  constexpr std::array<std::string_view, 4> names{"none", "low", "high", "configured"};
  return names[static_cast<std::size_t>(confidence)];
}

}  // namespace llmgw::health
