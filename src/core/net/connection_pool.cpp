#include "core/net/connection_pool.h"

#include <sys/socket.h>

#include <limits>

namespace llmgw::net {
namespace pooling {

/// Streams have no end known in advance, so the body has no limit here; readers that collect one set their own.
http::Limits response_limits() {
  http::Limits limits;
  limits.body_bytes = std::numeric_limits<std::size_t>::max();
  return limits;
}

/// Nothing to read and not closed: bytes that nobody asked for make a connection as unusable as its end does.
bool is_quiet(Socket& socket) {
  char byte = 0;
  const auto got = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace pooling

Connection::Connection(boost::asio::io_context& io, Socket connected, SharedEndpoint where)
    : socket(std::move(connected)),
      watchdog(io,
               [this] {
                 boost::system::error_code ignored;
                 socket.cancel(ignored);
               }),
      buffer(std::make_unique_for_overwrite<char[]>(buffer_size)),
      parser(false, pooling::response_limits()),
      endpoint(std::move(where)),
      authority(endpoint->authority()) {}

ConnectionPool::ConnectionPool(boost::asio::io_context& io, milliseconds idle_limit, std::size_t max_idle)
    : idle_limit_(idle_limit), max_idle_(max_idle), timer_(io) {}

std::unique_ptr<Connection> ConnectionPool::take(const SharedEndpoint& endpoint) {
  const auto found = idle_.find(endpoint);
  if (found == idle_.end()) return nullptr;
  auto& connections = found->second;
  const auto oldest = std::chrono::steady_clock::now() - idle_limit_;
  while (!connections.empty()) {
    auto connection = std::move(connections.back());
    connections.pop_back();
    if (connection->idle_since > oldest && pooling::is_quiet(connection->socket)) return connection;
  }
  return nullptr;
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) {
  if (max_idle_ == 0 || idle_limit_.count() <= 0) return;
  connection->watchdog.watch_until(never);
  connection->reused = true;
  connection->idle_since = std::chrono::steady_clock::now();
  auto& connections = idle_[connection->endpoint];
  if (connections.size() >= max_idle_) connections.erase(connections.begin());
  connections.push_back(std::move(connection));
  sweep_later();
}

std::size_t ConnectionPool::idle_count() const {
  std::size_t count = 0;
  for (const auto& [endpoint, connections] : idle_) count += connections.size();
  return count;
}

std::size_t ConnectionPool::Hash::operator()(const SharedEndpoint& shared) const {
  const Endpoint& endpoint = *shared;
  const std::hash<std::string> hash;
  return hash(endpoint.host) ^ (hash(endpoint.unix_path) << 1U) ^ (std::size_t{endpoint.port} << 7U);
}

void ConnectionPool::sweep_later() {
  if (sweeping_) return;
  sweeping_ = true;
  timer_.expires_after(idle_limit_);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (!error && self) self->sweep();
  });
}

void ConnectionPool::sweep() {
  sweeping_ = false;
  const auto oldest = std::chrono::steady_clock::now() - idle_limit_;
  for (auto entry = idle_.begin(); entry != idle_.end();) {
    std::erase_if(entry->second, [&](const auto& connection) { return connection->idle_since <= oldest; });
    entry = entry->second.empty() ? idle_.erase(entry) : std::next(entry);
  }
  if (!idle_.empty()) sweep_later();
}

}  // namespace llmgw::net
