#include "proxy/endpoints/endpoint.h"

namespace llmgw::proxy {
namespace info_endpoint {

net::Task<> text(Call call, int status, std::string_view type, std::string body) {
  http::ResponseHead head;
  head.status = status;
  head.headers.add("content-type", type);
  head.headers.add("cache-control", "no-store");
  auto sent = co_await call.responder.send(std::move(head), std::move(body));
  (void)sent;  // the client of a probe that has left needs nothing more
}

}  // namespace info_endpoint

net::Task<> run_root(Call call) {
  auto body = std::string("llmgw " LLMGW_VERSION "\n");
  co_await info_endpoint::text(call, 200, "text/plain; charset=utf-8", std::move(body));
}

net::Task<> run_live(Call call) {
  auto body = std::string("ok\n");
  co_await info_endpoint::text(call, 200, "text/plain; charset=utf-8", std::move(body));
}

net::Task<> run_ready(Call call) {
  const bool ready = call.process.ready();
  auto body = std::string(ready ? "ok\n" : "draining\n");
  const int status = ready ? 200 : 503;
  co_await info_endpoint::text(call, status, "text/plain; charset=utf-8", std::move(body));
}

net::Task<> run_metrics(Call call) {
  auto page = call.process.metrics_page();
  co_await info_endpoint::text(call, 200, "text/plain; version=0.0.4; charset=utf-8", std::move(page));
}

}  // namespace llmgw::proxy
