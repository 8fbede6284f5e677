#include "proxy/endpoints/probe.h"

namespace llmgw::proxy {
namespace info_endpoint {

/// What the background checks know, as samples. Nothing is known of a server that was not asked yet.
std::vector<metrics::Found> samples(const health::Overview* overview) {
  using metrics::Metric;
  std::vector<metrics::Found> found;
  if (overview == nullptr) return found;
  for (const auto& server : overview->servers) {
    if (server.checked_unix_s == 0) continue;
    const auto add = [&](Metric metric, std::optional<double> value) {
      if (value) found.push_back({metric, server.name, *value});
    };
    add(Metric::upstream_up, server.serves ? 1 : 0);
    add(Metric::upstream_idle, server.state == health::State::idle ? 1 : 0);
    add(Metric::upstream_latency, server.seconds);
    add(Metric::upstream_checked, static_cast<double>(server.checked_unix_s));
    add(Metric::upstream_running, server.running);
    add(Metric::upstream_waiting, server.waiting);
    add(Metric::upstream_kv, server.kv);
  }
  return found;
}

}  // namespace info_endpoint

net::Task<> run_root(Call call) {
  auto body = std::string("llmgw " LLMGW_VERSION "\n");
  co_await answer_probe(call, 200, "text/plain; charset=utf-8", std::move(body));
}

net::Task<> run_metrics(Call call) {
  const auto found = info_endpoint::samples(call.memory.upstreams.get());
  auto page = call.process.metrics_page(found);
  co_await answer_probe(call, 200, "text/plain; version=0.0.4; charset=utf-8", std::move(page));
}

}  // namespace llmgw::proxy
