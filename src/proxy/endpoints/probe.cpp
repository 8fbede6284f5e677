#include "proxy/endpoints/probe.h"

#include <utility>

#include "proxy/pipeline/record.h"

namespace llmgw::proxy {

health::Readiness readiness_of(Phase phase, const health::Overview* upstreams) {
  if (phase == Phase::draining) return health::Readiness::draining;
  if (phase == Phase::starting || upstreams == nullptr) return health::Readiness::starting;
  return upstreams->servable() ? health::Readiness::ready : health::Readiness::no_upstream;
}

void log_probe(const Exchange& exchange, int status, const Services& services) {
  const auto& server = exchange.snapshot->config.server;
  if (!server.access_log_probes || server.access_log == config::AccessLog::off) return;
  Record record;
  record.status = status;
  services.log.line(log_line(exchange, record, services.clock.now_ns(), services.clock.unix_s()));
}

net::Task<> answer_probe(Call call, int status, std::string_view type, std::string body) {
  http::ResponseHead head;
  head.status = status;
  head.headers.add("content-type", type);
  head.headers.add("cache-control", "no-store");
  auto sent = co_await call.responder.send(std::move(head), std::move(body));
  (void)sent;  // the client of a probe that has left needs nothing more
  log_probe(call.exchange, status, call.services);
}

}  // namespace llmgw::proxy
