#include <algorithm>
#include <array>

#include "proxy/endpoints/endpoint.h"

namespace llmgw::proxy {
namespace endpoint_registry {

using metrics::Endpoint;
constexpr std::string_view version = "/v1";
constexpr auto* chat = &dialect::openai_chat;
constexpr auto* messages = &dialect::anthropic_messages;

constexpr std::array<EndpointRow, 15> rows{
    EndpointRow{"POST", "/v1/chat/completions", Endpoint::chat, chat, Access::token, run_generate,
                "OpenAI Chat Completions, streaming or not"},
    EndpointRow{"POST", "/v1/messages", Endpoint::messages, messages, Access::token, run_generate,
                "Anthropic Messages, streaming or not"},
    EndpointRow{"POST", "/v1/messages/count_tokens", Endpoint::count_tokens, messages, Access::token, run_count_tokens,
                "prompt size: counted by the upstream, else estimated and marked so"},
    EndpointRow{"GET", "/v1/models", Endpoint::models, chat, Access::token, run_models,
                "the models, in Anthropic's form when `anthropic-version` is sent"},
    EndpointRow{"GET", "/v1/models/*", Endpoint::models, chat, Access::token, run_model, "one model"},
    // Claude Code asks HEAD / before its first request.
    EndpointRow{"GET", "/", Endpoint::other, chat, Access::open, run_root, "name and version"},
    EndpointRow{"GET", "/livez", Endpoint::other, chat, Access::open, run_live, "200 while the process runs"},
    EndpointRow{"GET", "/healthz", Endpoint::other, chat, Access::open, run_healthz, "the same as JSON"},
    EndpointRow{"GET", "/readyz", Endpoint::other, chat, Access::probe, run_ready,
                "200 while requests can be served; 503 while starting, draining, or without a servable upstream; "
                "`?verbose` tells why"},
    EndpointRow{"GET", "/health", Endpoint::other, chat, Access::open_loopback, run_health,
                "the same as application/health+json, with every upstream"},
    EndpointRow{"GET", "/health/liveliness", Endpoint::other, chat, Access::open_loopback, run_litellm_live,
                "the status of /readyz, in the words of LiteLLM's liveness"},
    EndpointRow{"GET", "/health/liveness", Endpoint::other, chat, Access::open_loopback, run_litellm_live, "the same"},
    EndpointRow{"GET", "/health/readiness", Endpoint::other, chat, Access::open_loopback, run_litellm_ready,
                "the status of /readyz, in LiteLLM's words"},
    EndpointRow{"GET", "/metrics", Endpoint::other, chat, Access::open_loopback, run_metrics,
                "Prometheus text format; open on loopback"},
    // Last: whatever no row above knows goes to the upstream as it is.
    EndpointRow{"*", "/v1/*", Endpoint::passthrough, chat, Access::token, run_passthrough,
                "any other path, passed to the upstream unchanged"},
};

// TRACE echoes what was sent, the upstream's credential too (RFC 9110 section 9.3.8); CONNECT asks for a tunnel.
constexpr std::array<std::string_view, 7> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

bool method_matches(const EndpointRow& row, std::string_view method) {
  if (row.method == "*") return is_known_method(method);
  return row.method == method || (row.method == "GET" && method == "HEAD");
}

bool path_matches(std::string_view pattern, std::string_view path) {
  if (!pattern.ends_with('*')) return pattern == path;
  pattern.remove_suffix(1);
  return path.size() > pattern.size() && path.starts_with(pattern);
}

// SDKs differ in whether the base URL they are given includes the version segment: OpenAI's are given one with it,
// Anthropic's one without it, and people give either to both.
bool other_base_matches(const EndpointRow& row, std::string_view path) {
  if (!row.path.starts_with(version) || row.label == Endpoint::passthrough) return false;
  if (path_matches(row.path.substr(version.size()), path)) return true;
  return path.starts_with(version) && path_matches(row.path, path.substr(version.size()));
}

bool asks_verbose(std::string_view query) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto name = query.substr(0, std::min(query.find('='), end));
    if (name == "verbose") return true;
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return false;
}

}  // namespace endpoint_registry

bool is_known_method(std::string_view method) {
  return std::ranges::find(endpoint_registry::methods, method) != endpoint_registry::methods.end();
}

Access access_of(const EndpointRow& row, const http::Request& request) {
  if (row.access != Access::probe) return row.access;
  return endpoint_registry::asks_verbose(request.query()) ? Access::open_loopback : Access::open;
}

std::span<const EndpointRow> endpoints() { return endpoint_registry::rows; }

const EndpointRow* find_endpoint(std::string_view method, std::string_view path) {
  using namespace endpoint_registry;
  for (const auto& row : rows) {
    if ((path_matches(row.path, path) || other_base_matches(row, path)) && method_matches(row, method)) return &row;
  }
  return nullptr;
}

const dialect::Dialect& error_dialect(std::string_view path) {
  while (path.starts_with("/v1/")) path.remove_prefix(endpoint_registry::version.size());
  return path.starts_with("/messages") ? dialect::anthropic_messages : dialect::openai_chat;
}

}  // namespace llmgw::proxy
