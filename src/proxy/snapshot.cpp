#include "proxy/snapshot.h"

#include <fmt/format.h>

#include <utility>

#include "proxy/policies/policy.h"
#include "proxy/transport.h"

namespace llmgw::proxy {
namespace snapshot {

net::Deadlines deadlines(const config::Server& server, const config::ModelParams& params) {
  net::Deadlines limits;
  limits.connect = server.connect_timeout;
  limits.first_byte = params.timeout.value_or(server.read_timeout);
  limits.idle = params.timeout.value_or(server.stream_read_timeout);
  return limits;
}

}  // namespace snapshot

Result<Upstream> make_upstream(const config::Server& server, const config::Model& model) {
  const auto& params = model.params;
  Upstream upstream;
  if (model.name != any_name) upstream.public_name = model.name;
  upstream.model = params.model;
  TRY(upstream.provider, provider::require_provider(params.provider));
  upstream.dialect = dialect::find_dialect(upstream.provider->dialect);
  upstream.native_messages =
      upstream.dialect == &dialect::anthropic_messages || params.messages == config::MessagesMode::native;
  const auto base = provider::versioned_base(*upstream.provider, params.api_base, params.version_segment);
  if (base.empty()) {
    return fail(Errc::config,
                fmt::format("the model '{}' has no api_base and its provider '{}' has no address of its own",
                            model.name, params.provider),
                "model.params.api_base");
  }
  TRY(auto url, net::parse_url(base));
  set_transport(url.endpoint, params.transport);
  upstream.label = fmt::format("{}@{}", upstream.provider->name, url.endpoint.authority());
  upstream.endpoint = net::share(std::move(url.endpoint));
  upstream.base_path = std::move(url.path);
  TRY(upstream.auth, provider::auth_scheme(*upstream.provider, params.auth_header_name, params.auth_header_format));
  upstream.reasoning_tags = params.reasoning_tags;
  upstream.client_key = params.forwards_client_key();
  if (!upstream.client_key) upstream.key = params.api_key;
  for (const auto& [name, value] : params.headers) upstream.headers.push_back({name, std::string(value.reveal())});
  upstream.deadlines = snapshot::deadlines(server, params);
  return upstream;
}

const dialect::Dialect& Upstream::speaks(const dialect::Dialect& client) const {
  return native_messages && &client == &dialect::anthropic_messages ? client : *dialect;
}

Snapshot::Snapshot() = default;
Snapshot::~Snapshot() = default;

const Upstream* Snapshot::find(std::string_view model) const {
  if (const auto named = by_name.find(model); named != by_name.end()) return &upstreams[named->second];
  return catch_all ? &upstreams[*catch_all] : nullptr;
}

const Upstream* Snapshot::only() const {
  if (catch_all) return &upstreams[*catch_all];
  return upstreams.size() == 1 ? &upstreams.front() : nullptr;
}

Result<std::shared_ptr<const Snapshot>> make_snapshot(config::Config config, Secret token) {
  auto made = std::make_shared<Snapshot>();
  for (const auto& model : config.models) {
    TRY(auto upstream, make_upstream(config.server, model));
    const auto place = made->upstreams.size();
    if (model.name == any_name) {
      made->catch_all = place;
    } else {
      made->by_name[model.name] = place;
    }
    made->upstreams.push_back(std::move(upstream));
  }
  made->token_required = config.server.auth == config::Auth::token;
  made->token = std::move(token);
  made->policies = make_policies(config);
  made->config = std::move(config);
  return made;
}

}  // namespace llmgw::proxy
