#include "proxy/gateway.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/url.h"
#include "proxy/endpoints/probe.h"
#include "proxy/pipeline/execute.h"
#include "proxy/pipeline/record.h"
#include "proxy/policies/policy.h"

namespace llmgw::proxy {
namespace gateway {

constexpr std::size_t longest_id = 128;

// Whoever reaches the server by the very address it listens on may name it.
server::GuardOptions guard_of(const Snapshot& snapshot) {
  server::GuardOptions guard{snapshot.config.server.allow_hosts, snapshot.config.server.allow_origins};
  for (const auto& text : snapshot.config.server.listen) {
    const auto address = parse_listen_address(text);
    if (address && !address->host.empty()) guard.allow_hosts.push_back(address->host);
  }
  return guard;
}

bool visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

bool strict_wanted(const http::Request& request, const Snapshot& snapshot) {
  return snapshot.config.server.strict || request.headers.get("x-llmgw-strict").value_or("") == "1";
}

// Adds to every answer what a browser page on a listed origin needs to read it.
class CorsResponder final : public server::Responder {
 public:
  CorsResponder(server::Responder& inner, std::string_view origin) : inner_(inner), origin_(origin) {}
  net::Task<Result<>> send(http::ResponseHead head, std::string body) override {
    allow(head);
    return inner_.send(std::move(head), std::move(body));
  }
  net::Task<Result<>> begin(http::ResponseHead head) override {
    allow(head);
    return inner_.begin(std::move(head));
  }
  net::Task<Result<>> write(std::string_view bytes) override { return inner_.write(bytes); }
  bool write_now(std::string_view bytes) override { return inner_.write_now(bytes); }
  net::Task<Result<>> rest() override { return inner_.rest(); }
  net::Task<Result<>> finish(std::string_view last) override { return inner_.finish(last); }
  void abort() override { inner_.abort(); }
  void hang_up() override { inner_.hang_up(); }
  void reset() override { inner_.reset(); }
  [[nodiscard]] bool begun() const override { return inner_.begun(); }
  [[nodiscard]] bool client_left() const override { return inner_.client_left(); }

 private:
  void allow(http::ResponseHead& head) const {
    head.headers.add("access-control-allow-origin", origin_);
    head.headers.add("access-control-expose-headers", "*");
    head.headers.add("vary", "origin");
  }
  server::Responder& inner_;
  std::string_view origin_;
};

/// Counts a request as being answered for as long as it lives: also when its handler throws or is destroyed.
class InFlight {
 public:
  explicit InFlight(metrics::Shard& metrics) : metrics_(metrics) { metrics_.add(metrics::Metric::in_flight, 1); }
  ~InFlight() { metrics_.add(metrics::Metric::in_flight, -1); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  metrics::Shard& metrics_;
};

}  // namespace gateway

Gateway::Gateway(std::shared_ptr<const Snapshot> snapshot, Services services, const Process& process)
    : snapshot_(std::move(snapshot)), services_(services), process_(process), guard_(gateway::guard_of(*snapshot_)) {}

void Gateway::replace(std::shared_ptr<const Snapshot> snapshot) {
  snapshot_ = std::move(snapshot);
  guard_ = gateway::guard_of(*snapshot_);
  memory_.no_token_count.clear();
}

void Gateway::learn(std::shared_ptr<const health::Overview> upstreams) { memory_.upstreams = std::move(upstreams); }

// Whoever may not ask must not fill the memory with a body either.
bool Gateway::wants_body(const http::Request& request, const server::Peer& peer) {
  return admit(request, peer).has_value();
}

std::string Gateway::error_body(const Error& error, const http::Request& seen, const server::Peer& peer) {
  Exchange exchange{seen, peer, snapshot_};
  exchange.started_ns = services_.clock.now_ns();
  exchange.request_id = services_.ids.make("req_", 24);
  exchange.client = &error_dialect(seen.path());
  Record record;
  record.status = error.status != 0 ? error.status : error_class(error.code).http_status;
  record.error = error;
  record.stranger = true;
  close_record(exchange, record, services_);
  return exchange.client->encode_error(error, exchange.request_id);
}

std::string Gateway::no_room_body(const Error& error, const server::Peer& peer) {
  services_.metrics.add(metrics::Metric::connections_refused);
  tell_no_room(peer);
  return error_dialect({}).encode_error(error, services_.ids.make("req_", 24));
}

// A line for each would let a flood fill the disk.
void Gateway::tell_no_room(const server::Peer& peer) {
  constexpr std::int64_t every_ns = 1'000'000'000;
  ++no_room_untold_;
  const auto now = services_.clock.now_ns();
  if (no_room_told_ns_ && now - *no_room_told_ns_ < every_ns) return;
  no_room_told_ns_ = now;
  services_.log.warn(fmt::format("too many connections are open: {} turned away, the last from {}",
                                 std::exchange(no_room_untold_, 0), peer.address));
}

std::string Gateway::request_id(const http::Request& request) {
  const auto given = request.headers.get("x-request-id");
  const bool usable = given && !given->empty() && given->size() <= gateway::longest_id && gateway::visible(*given);
  return usable ? std::string(*given) : services_.ids.make("req_", 24);
}

Result<const EndpointRow*> Gateway::admit(const http::Request& request, const server::Peer& peer) const {
  const auto* row = find_endpoint(request.method, request.path());
  const auto access = row == nullptr ? Access::token : access_of(*row, request);
  const bool open = access == Access::open || (access == Access::open_loopback && peer.loopback);
  // Health probes name whatever Host they like (a kubelet sends the pod's address) and learn a status only.
  if (access != Access::open) TRY_VOID(server::check_local(request, peer, guard_));
  if (!open) {
    for (const auto& policy : snapshot_->policies) TRY_VOID(policy->on_arrival(request, *snapshot_));
  }
  if (row != nullptr) return row;
  if (!is_known_method(request.method)) {
    auto refused = fail(Errc::invalid_request, fmt::format("the method {} is not served", request.method));
    refused.error().status = 501;
    return refused;
  }
  return fail(
      Errc::not_found,
      fmt::format("{} {} is not served; the API lives below /v1 (see GET /v1/models)", request.method, request.path()),
      {}, "unsupported_endpoint");
}

net::Task<> Gateway::refuse(Exchange& exchange, Error error, server::Responder& responder) {
  Record record;
  record.stranger = error.code == Errc::authentication || error.code == Errc::permission;
  co_await send_error(exchange, std::move(error), responder, record);
  close_record(exchange, record, services_);
}

net::Task<> Gateway::preflight(const Exchange& exchange, server::Responder& responder) {
  const auto& request = exchange.http;
  http::ResponseHead head;
  head.status = 204;
  head.headers.add("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS");
  const auto asked = request.headers.get("access-control-request-headers").value_or("*");
  head.headers.add("access-control-allow-headers", asked);
  head.headers.add("access-control-max-age", "600");
  // Chromium asks this before a public page may talk to a local server (WICG "Private Network Access").
  if (request.headers.contains("access-control-request-private-network")) {
    head.headers.add("access-control-allow-private-network", "true");
  }
  std::string none;
  auto sent = co_await responder.send(std::move(head), std::move(none));
  (void)sent;  // a browser that has left asks again
  log_probe(exchange, 204, services_);
}

net::Task<> Gateway::handle(const http::Request& request, const server::Peer& peer, server::Responder& responder) {
  const bool cors = server::origin_listed(request, guard_);
  gateway::CorsResponder with_cors(responder, request.headers.get("origin").value_or(""));
  server::Responder& reply = cors ? with_cors : responder;
  Exchange exchange{request, peer, snapshot_};
  exchange.started_ns = services_.clock.now_ns();
  exchange.request_id = request_id(request);
  if (cors && request.method == "OPTIONS") {
    co_await preflight(exchange, reply);
    co_return;
  }
  exchange.strict = gateway::strict_wanted(request, *snapshot_);
  exchange.client = &error_dialect(request.path());
  const gateway::InFlight counted(services_.metrics);
  const auto row = admit(request, peer);
  if (!row) {
    co_await refuse(exchange, row.error(), reply);
  } else {
    exchange.endpoint = (*row)->label;
    if ((*row)->label != metrics::Endpoint::passthrough) exchange.client = (*row)->client;
    if ((*row)->label == metrics::Endpoint::models && request.headers.contains("anthropic-version")) {
      exchange.client = &dialect::anthropic_messages;
    }
    const Call call{exchange, services_, reply, process_, memory_, **row};
    co_await (*row)->run(call);
  }
}

}  // namespace llmgw::proxy
