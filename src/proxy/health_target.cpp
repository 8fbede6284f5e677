#include "proxy/health_target.h"

namespace llmgw::proxy {
namespace health_targets {

std::string url_of(const Upstream& upstream) {
  const auto& endpoint = *upstream.endpoint;
  if (!endpoint.unix_path.empty()) {
    return "unix:" + endpoint.unix_path + (upstream.base_path.empty() ? "" : ":" + upstream.base_path);
  }
  return (endpoint.tls ? "https://" : "http://") + endpoint.authority() + upstream.base_path;
}

/// The provider tells the kind, unless it is the one that says least.
const health::Kind* kind_of(const config::Model& model) {
  if (!model.kind.empty()) return health::find_kind(model.kind);
  return model.params.provider == "openai_compatible" ? nullptr : health::find_kind(model.params.provider);
}

Result<std::optional<net::Url>> page(const std::string& address) {
  if (address.empty()) return std::nullopt;
  TRY(auto url, net::parse_url(address));
  if (url.path.empty()) url.path = "/metrics";
  return url;
}

}  // namespace health_targets

Result<> set_watched(health::Target& target, const config::Watched& watched) {
  TRY(target.metrics_url, health_targets::page(watched.metrics_url));
  TRY(target.dcgm_url, health_targets::page(watched.dcgm_url));
  target.gpu_host = watched.gpu_host;
  target.scale_to_zero = watched.scale_to_zero;
  return {};
}

Result<health::Target> health_target(const config::Model& model, const Upstream& upstream) {
  TRY(const auto root, net::parse_url(provider::root_base(*upstream.provider, model.params.api_base)));
  health::Target target;
  target.name = model.name;
  target.url = health_targets::url_of(upstream);
  target.endpoint = *upstream.endpoint;
  target.root_path = root.path;
  target.api_path = upstream.base_path;
  target.kind = health_targets::kind_of(model);
  target.key = upstream.key;
  target.auth = upstream.auth;
  for (const auto& [name, value] : upstream.headers) target.headers.emplace_back(name, Secret(value));
  if (model.name != any_name) target.model = model.params.model.empty() ? model.name : model.params.model;
  TRY_VOID(set_watched(target, model.watched));
  return target;
}

}  // namespace llmgw::proxy
