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

/// The same place, asked with the same credential and for the same things.
bool same_way(const Backend& backend, const health::Target& target, const health::RunOptions& options) {
  return same_target(backend.target, target) && backend.options.timeout == options.timeout &&
         backend.options.selection.only == options.selection.only;
}

/// Names stand in metrics: they must differ, and a server keeps its own when others are added behind it. A path tells
/// two bases of one machine apart, a number anything else.
std::string unique_name(const Backends& found, const std::string& label, const std::string& api_path) {
  const auto taken = [&](const std::string& name) {
    return std::ranges::any_of(found, [&](const auto& one) { return one->target.name == name; });
  };
  const auto first = std::ranges::find_if(found, [&](const auto& one) { return one->labels.front() == label; });
  const bool new_path = first != found.end() && (*first)->target.api_path != api_path;
  const auto plain = new_path ? label + api_path : label;
  auto name = plain;
  for (int number = 2; taken(name); ++number) name = fmt::format("{}#{}", plain, number);
  return name;
}

/// The server of this row among those that are known, or a new one.
Backend& backend_of(Backends& found, health::Target target, const Upstream& upstream, const config::Health& settings) {
  auto options = options_of(upstream, settings);
  const auto known = std::ranges::find_if(found, [&](const auto& one) { return same_way(*one, target, options); });
  if (known != found.end()) return **known;
  // A hosted API, and what a question may wake, are asked at their interval and after failures alone, however often
  // somebody looks.
  const bool hosted = target.kind != nullptr && target.kind->hosted;
  const Due due(settings.interval.time, !hosted && !target.scale_to_zero);
  target.name = unique_name(found, upstream.label, target.api_path);
  found.push_back(std::make_shared<Backend>(std::move(target), std::move(options), due));
  auto& fresh = *found.back();
  fresh.standing.name = fresh.target.name;
  fresh.labels.push_back(upstream.label);
  return fresh;
}

}  // namespace backends

bool Backend::has_label(std::string_view label) const { return std::ranges::find(labels, label) != labels.end(); }

std::vector<std::shared_ptr<Backend>> find_backends(const Snapshot& snapshot) {
  std::vector<std::shared_ptr<Backend>> found;
  for (std::size_t i = 0; i < snapshot.upstreams.size(); ++i) {
    const auto& upstream = snapshot.upstreams[i];
    auto target = health_target(snapshot.config.models[i], upstream);
    if (!target) continue;  // an address that cannot be read was refused when the configuration was
    const auto served = std::exchange(target->model, {});
    auto& backend = backends::backend_of(found, *std::move(target), upstream, snapshot.config.health);
    if (!backend.has_label(upstream.label)) backend.labels.push_back(upstream.label);
    backend.models.push_back(upstream.public_name.empty() ? std::string(any_name) : upstream.public_name);
    auto& expected = backend.options.expectations.models;
    if (!served.empty() && std::ranges::find(expected, served) == expected.end()) expected.push_back(served);
  }
  return found;
}

bool same_server(const Backend& a, const Backend& b) {
  return backends::same_way(a, b.target, b.options) && a.options.expectations.models == b.options.expectations.models;
}

}  // namespace llmgw::proxy
