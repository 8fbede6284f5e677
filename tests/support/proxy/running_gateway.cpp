#include "support/proxy/running_gateway.h"

#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

#include "core/http/parser.h"
#include "core/metrics/shard.h"
#include "proxy/snapshot.h"

namespace llmgw::test {

config::Config config_for(const std::string& upstream_url, const std::string& provider) {
  config::Config config;
  config.server.auth = config::Auth::none;
  config.server.access_log = config::AccessLog::off;
  config::Model any;
  any.name = std::string(proxy::any_name);
  any.params.provider = provider;
  any.params.api_base = upstream_url;
  config.models.push_back(any);
  return config;
}

RunningGateway::RunningGateway(config::Config config, std::string token) {
  auto snapshot = proxy::make_snapshot(std::move(config), Secret(std::move(token)));
  if (!snapshot) throw std::runtime_error("gateway: " + snapshot.error().message);
  auto socket = server::ListenSocket::open(*parse_listen_address("127.0.0.1:0"));
  if (!socket) throw std::runtime_error("gateway: " + socket.error().message);
  port_ = socket->address().port;
  worker_ = std::make_unique<proxy::Worker>(std::move(*snapshot), proxy::Surroundings{env_, log_, *this});
  std::vector<server::ListenSocket> sockets;
  sockets.push_back(std::move(*socket));
  worker_->start(std::move(sockets));
}

RunningGateway::~RunningGateway() {
  worker_->drain(std::chrono::milliseconds(1));
  worker_->join();
}

std::string RunningGateway::metrics_page(std::span<const metrics::Found> upstreams) const {
  const std::vector<const metrics::Shard*> shards{&worker_->metrics()};
  return metrics::Page(shards).text("test", 0, upstreams);
}

void RunningGateway::wait_idle() const {
  const auto limit = std::chrono::steady_clock::now() + patience;
  while (metrics_page().find("llmgw_connections 0\n") == std::string::npos) {
    if (std::chrono::steady_clock::now() > limit) throw std::runtime_error("gateway: a connection stays open");
    std::this_thread::yield();
  }
}

std::string post_bytes(std::string_view path, std::string_view body, std::string_view more_headers) {
  std::string out = "POST " + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
  out += more_headers;
  out += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return out + std::string(body);
}

Reply roundtrip(std::uint16_t port, std::string_view request) {
  auto socket = Socket::connect(port);
  socket.send(request);
  http::Limits limits;
  limits.body_bytes = std::size_t{256} << 20U;
  http::ResponseParser parser(false, limits);
  Reply reply;
  while (!parser.done()) {
    const auto bytes = socket.read();
    if (!bytes) throw std::runtime_error("roundtrip: no answer in time");
    if (bytes->empty()) {
      reply.whole = parser.head_done() && parser.finish().has_value();
      break;
    }
    if (!parser.feed(*bytes, reply.body)) throw std::runtime_error("roundtrip: the answer is no HTTP");
  }
  if (parser.done()) reply.whole = true;
  if (parser.head_done()) {
    reply.status = parser.head().status;
    reply.headers = parser.head().headers;
  }
  return reply;
}

Reply post(std::uint16_t port, std::string_view path, std::string_view body, std::string_view more_headers) {
  return roundtrip(port, post_bytes(path, body, more_headers));
}

bool read_until(Socket& socket, std::string& seen, std::string_view text) {
  while (seen.find(text) == std::string::npos) {
    const auto bytes = socket.read();
    if (!bytes || bytes->empty()) return false;
    seen += *bytes;
  }
  return true;
}

}  // namespace llmgw::test
