#include "proxy/health/backend.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "proxy/health_target.h"

namespace llmgw::proxy {
namespace backends {

using Backends = std::vector<std::shared_ptr<Backend>>;

health::RunOptions options_of(const Upstream& upstream, const config::Health& settings) {
  health::RunOptions options;
  options.timeout = settings.timeout.time;
  options.total = 2 * settings.timeout.time;  // a question that fails by its own limit is the server's fault
  options.sample = net::milliseconds(0);      // readiness would wait for it
  // The key travels with every request on the same way, and whether the server asks others for one is theirs to know.
  options.insecure_http = true;
  options.try_without_key = false;
  options.selection.skip = {"preempt", "clock"};
  // Where each client brings its own key there is none to ask with: what needs one cannot be known.
  if (upstream.client_key) {
    options.selection.only = {"dns",   "tcp",     "tls",     "http",  "identity", "live",
                              "ready", "version", "metrics", "queue", "kv",       "sleep"};
  }
  return options;
}

bool same_page(const std::optional<net::Url>& a, const std::optional<net::Url>& b) {
  if (!a || !b) return !a && !b;
  return a->endpoint == b->endpoint && a->path == b->path;
}

bool same_target(const health::Target& a, const health::Target& b) {
  return a.endpoint == b.endpoint && a.root_path == b.root_path && a.api_path == b.api_path && a.kind == b.kind &&
         a.key == b.key && a.auth == b.auth && a.headers == b.headers && a.scale_to_zero == b.scale_to_zero &&
         same_page(a.metrics_url, b.metrics_url);
}

/// Names stand in metrics and must differ: a path tells two bases of one machine apart, a number anything else.
void name_uniquely(Backends& found) {
  const auto taken = [&](const Backend* self, const std::string& name) {
    return std::ranges::any_of(found, [&](const auto& one) { return one.get() != self && one->target.name == name; });
  };
  for (auto& backend : found) {
    const auto plain = backend->target.name;
    if (taken(backend.get(), plain)) backend->target.name = plain + backend->target.api_path;
    for (int number = 2; taken(backend.get(), backend->target.name); ++number) {
      backend->target.name = fmt::format("{}{}#{}", plain, backend->target.api_path, number);
    }
    backend->standing.name = backend->target.name;
  }
}

}  // namespace backends

std::vector<std::shared_ptr<Backend>> find_backends(const Snapshot& snapshot) {
  const auto& settings = snapshot.config.health;
  std::vector<std::shared_ptr<Backend>> found;
  for (std::size_t i = 0; i < snapshot.upstreams.size(); ++i) {
    const auto& upstream = snapshot.upstreams[i];
    auto made = health_target(snapshot.config.models[i], upstream);
    if (!made) continue;  // an address that cannot be read was refused when the configuration was
    auto target = *std::move(made);
    target.name = upstream.label;
    const auto served = std::exchange(target.model, {});
    const auto known =
        std::ranges::find_if(found, [&](const auto& one) { return backends::same_target(one->target, target); });
    auto backend = known != found.end() ? *known : nullptr;
    if (!backend) {
      // A hosted API, and what a question may wake, are asked at their interval and after failures alone, however often
      // somebody looks.
      const bool hosted = target.kind != nullptr && target.kind->hosted;
      const bool eager = !hosted && !target.scale_to_zero;
      const Due due(settings.interval.time, eager);
      backend = std::make_shared<Backend>(std::move(target), backends::options_of(upstream, settings), due);
      backend->label = upstream.label;
      found.push_back(backend);
    }
    backend->models.push_back(upstream.public_name.empty() ? std::string(any_name) : upstream.public_name);
    auto& expected = backend->options.expectations.models;
    if (!served.empty() && std::ranges::find(expected, served) == expected.end()) expected.push_back(served);
  }
  backends::name_uniquely(found);
  return found;
}

bool same_server(const Backend& a, const Backend& b) {
  return backends::same_target(a.target, b.target) && a.options.timeout == b.options.timeout &&
         a.options.expectations.models == b.options.expectations.models;
}

}  // namespace llmgw::proxy
