// One row per provider. A server that speaks an existing format needs no code: add a row.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/nearest.h"
#include "core/providers/provider.h"

namespace llmgw::provider {
namespace catalog {

constexpr std::string_view chat = "openai-chat";
constexpr std::string_view messages = "anthropic-messages";

// OpenAI renamed the limit and the system role for its reasoning models and takes at most four stop texts
// (platform.openai.com/docs/api-reference/chat/create).
constexpr dialect::Traits openai_traits{
    .max_completion_tokens = true, .developer_role = true, .stop_four = true, .strict_tools = true};

// vLLM's sampling extras, reasoning replay, continue_final_message and chat_template_kwargs: docs.vllm.ai,
// "OpenAI-Compatible Server".
constexpr dialect::Traits vllm_traits{
    .top_k = true, .replay_reasoning = true, .continues_prefill = true, .strict_tools = true, .thinking_kwargs = true};

// llama.cpp's server takes top_k, min_p and chat_template_kwargs: tools/server/README.md in ggml-org/llama.cpp.
constexpr dialect::Traits llamacpp_traits{.top_k = true, .replay_reasoning = true, .thinking_kwargs = true};

// Ollama's OpenAI surface ignores what it does not know: github.com/ollama/ollama docs/openai.md.
constexpr dialect::Traits local_traits{.strict_tools = false, .parallel_tool_calls = false};

// OpenRouter passes cache_control to Anthropic models and replays reasoning: openrouter.ai/docs.
constexpr dialect::Traits openrouter_traits{
    .top_k = true, .replay_reasoning = true, .reasoning_details = true, .strict_tools = true, .cache_marks = true};

constexpr std::array rows{
    // First: what `--upstream URL` means unless told otherwise; the fewest assumptions.
    Provider{.name = "openai_compatible",
             .base_url = "",
             .version_segment = "v1",
             .dialect = chat,
             .doc = "Any server that speaks OpenAI Chat Completions"},
    Provider{.name = "openai",
             .base_url = "https://api.openai.com",
             .version_segment = "v1",
             .dialect = chat,
             .needs_key = true,
             .doc = "OpenAI",
             .traits = openai_traits},
    Provider{.name = "anthropic",
             .base_url = "https://api.anthropic.com",
             .version_segment = "v1",
             .dialect = messages,
             .auth = AuthKind::x_api_key,
             .needs_key = true,
             .custom_auth = false,
             .counts_tokens = true,
             .doc = "Anthropic, and servers that speak Anthropic Messages"},
    Provider{.name = "openrouter",
             .base_url = "https://openrouter.ai/api",
             .version_segment = "v1",
             .dialect = chat,
             .needs_key = true,
             .doc = "OpenRouter",
             .traits = openrouter_traits},
    Provider{.name = "vllm",
             .base_url = "",
             .version_segment = "v1",
             .dialect = chat,
             .counts_tokens = true,
             .doc = "vLLM's server",
             .traits = vllm_traits},
    Provider{.name = "llamacpp",
             .base_url = "http://127.0.0.1:8080",
             .version_segment = "v1",
             .dialect = chat,
             .counts_tokens = true,
             .doc = "llama.cpp's llama-server",
             .traits = llamacpp_traits},
    Provider{.name = "ollama",
             .base_url = "http://127.0.0.1:11434",
             .version_segment = "v1",
             .dialect = chat,
             .doc = "Ollama, through its OpenAI-compatible endpoint",
             .traits = local_traits},
    Provider{.name = "lmstudio",
             .base_url = "http://127.0.0.1:1234",
             .version_segment = "v1",
             .dialect = chat,
             .doc = "LM Studio's server",
             .traits = local_traits},
};

// core/health knows how to ask each of them; a test of it compares the two lists.
constexpr std::array kinds{
    ServerKind{"llmgw", "another llmgw"},           ServerKind{"sglang", "SGLang"},
    ServerKind{"tei", "Text Embeddings Inference"}, ServerKind{"tgi", "Text Generation Inference"},
    ServerKind{"litellm", "LiteLLM's proxy"},       ServerKind{"deltallm", "DeltaLLM"},
    ServerKind{"dgx", "DGX LLM Chat Gateway"},      ServerKind{"oip", "Open Inference Protocol v2: KServe, Triton"},
};

/// `v1`, `v1beta`, `v2`: the segment that says which version of an API follows.
bool is_version(std::string_view segment) {
  return segment.size() >= 2 && segment[0] == 'v' && segment[1] >= '0' && segment[1] <= '9';
}

std::string_view without_slash(std::string_view base) {
  while (base.ends_with('/')) base.remove_suffix(1);
  return base;
}

constexpr std::string_view unix_scheme = "unix:";

/// Where the base path of a socket's address begins, behind the colon in `unix:PATH:/base`; npos: there is none.
std::size_t socket_base(std::string_view base) {
  const auto colon = base.find(":/", unix_scheme.size());
  return colon == std::string_view::npos ? colon : colon + 1;
}

/// The last path segment of a URL, empty when there is no path.
std::string_view last_segment(std::string_view base) {
  const bool socket = base.starts_with(unix_scheme);
  if (socket && socket_base(base) == std::string_view::npos) return {};
  const auto scheme = base.find("://");
  const auto start = socket ? socket_base(base) : scheme == std::string_view::npos ? 0 : scheme + 3;
  const auto slash = base.rfind('/');
  if (slash == std::string_view::npos || slash < start) return {};
  return base.substr(slash + 1);
}

}  // namespace catalog

std::span<const Provider> providers() { return catalog::rows; }

const Provider* find_provider(std::string_view name) {
  const auto found = std::ranges::find(catalog::rows, name, &Provider::name);
  return found == catalog::rows.end() ? nullptr : &*found;
}

Result<const Provider*> require_provider(std::string_view name) {
  if (const auto* row = find_provider(name)) return row;
  const auto names = provider_names();
  const auto near = nearest(name, names);
  if (!near.empty())
    return fail(Errc::config, fmt::format("unknown provider \"{}\"; did you mean \"{}\"?", name, near), "provider");
  std::string known;
  for (const auto& each : names) known += (known.empty() ? "" : ", ") + std::string(each);
  return fail(Errc::config, fmt::format("unknown provider \"{}\"; known are {}", name, known), "provider");
}

std::vector<std::string_view> provider_names() {
  std::vector<std::string_view> names;
  for (const auto& row : catalog::rows) names.push_back(row.name);
  return names;
}

std::span<const ServerKind> server_kinds() { return catalog::kinds; }

std::vector<std::string_view> kind_names() {
  auto names = provider_names();
  for (const auto& kind : catalog::kinds) names.push_back(kind.name);
  return names;
}

const Provider* provider_of_kind(std::string_view kind) {
  if (const auto* row = find_provider(kind)) return row;
  const bool known = std::ranges::find(catalog::kinds, kind, &ServerKind::name) != catalog::kinds.end();
  return known ? &catalog::rows.front() : nullptr;
}

std::string versioned_base(const Provider& provider, std::string_view base,
                           const std::optional<std::string>& version_segment) {
  const auto given = catalog::without_slash(base.empty() ? provider.base_url : base);
  const std::string_view segment = version_segment ? std::string_view(*version_segment) : provider.version_segment;
  if (segment.empty() || catalog::is_version(catalog::last_segment(given))) return std::string(given);
  const bool bare_socket = given.starts_with(catalog::unix_scheme) && catalog::socket_base(given) == std::string::npos;
  return fmt::format("{}{}/{}", given, bare_socket ? ":" : "", segment);
}

std::string root_base(const Provider& provider, std::string_view base) {
  const auto given = catalog::without_slash(base.empty() ? provider.base_url : base);
  const auto last = catalog::last_segment(given);
  if (!catalog::is_version(last)) return std::string(given);
  auto root = catalog::without_slash(given.substr(0, given.size() - last.size()));
  if (root.starts_with(catalog::unix_scheme) && root.ends_with(':')) root.remove_suffix(1);
  return std::string(root);
}

}  // namespace llmgw::provider
