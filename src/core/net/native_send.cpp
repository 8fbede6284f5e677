// The sending half of NativeStream: connecting, writing the request, and the one retry.
#include <algorithm>
#include <array>
#include <boost/asio/async_result.hpp>  // parallel_group.hpp lacks it
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/this_coro.hpp>

#include "core/base/clock.h"
#include "core/http/writer.h"
#include "core/net/connect.h"
#include "core/net/errors.h"
#include "core/net/native_stream.h"

namespace llmgw::net {

namespace asio = boost::asio;

namespace native_sending {

constexpr std::size_t small_body = 4096;

/// Waits until the socket can be read or written; cancelled together with the coroutine or by `socket.cancel()`.
Task<> wait_for_either(Socket& socket) {
  co_await asio::experimental::make_parallel_group(socket.async_wait(Socket::wait_write, use_task),
                                                   socket.async_wait(Socket::wait_read, use_task))
      .async_wait(asio::experimental::wait_for_one(), use_result);
}

}  // namespace native_sending

bool NativeStream::send_at_once() {
  connection_ = shared_->pool->take(request_.endpoint);
  if (!connection_) return false;
  begin_request();
  const Sent sent = send_some();
  if (sent != Sent::all && sent != Sent::answered) return false;
  head_end_ = deadline_in(request_.deadlines.first_byte);
  return true;
}

Task<Result<>> NativeStream::start() {
  if (!connection_) {
    auto connected = co_await connect_fresh();
    if (!connected) co_return connected;
  }
  auto sent = co_await send();
  if (sent) co_return sent;
  if (sent.error().code == Errc::network && may_retry()) co_return co_await retry_fresh();
  co_return sent;
}

// A server may close an idle connection in the very moment a request is sent on it (RFC 9112 section 9.3.1). Nothing
// of an answer has come, so the request is sent once more, on a connection that cannot have this race.
Task<Result<>> NativeStream::retry_fresh() {
  retried_ = true;
  connection_.reset();
  auto connected = co_await connect_fresh();
  if (!connected) co_return connected;
  co_return co_await send();
}

Task<Result<>> NativeStream::connect_fresh() {
  const Endpoint& endpoint = *request_.endpoint;
  const SteadyTime deadline = std::min(total_end_, deadline_in(request_.deadlines.connect));
  ConnectTarget target;
  target.name = name();
  if (!endpoint.unix_path.empty()) {
    target.addresses.emplace_back(asio::local::stream_protocol::endpoint(endpoint.unix_path));
  } else {
    const std::string& host = endpoint.address.empty() ? endpoint.host : endpoint.address;
    auto addresses = co_await shared_->resolver.resolve(host, deadline);
    if (!addresses) co_return std::unexpected(std::move(addresses).error());
    for (const auto& address : *addresses)
      target.addresses.emplace_back(asio::ip::tcp::endpoint(address, endpoint.port));
  }
  auto socket = co_await connect(shared_->io, std::move(target), deadline);
  if (!socket) co_return std::unexpected(std::move(socket).error());
  connection_ = std::make_unique<Connection>(shared_->io, std::move(*socket), request_.endpoint);
  begin_request();
  co_return Result<>();
}

void NativeStream::begin_request() {
  Connection& connection = *connection_;
  connection.parser.reset(request_.message.method == "HEAD");
  connection.body.clear();
  connection.head.clear();
  http::append_request_head(connection.head, request_.message, connection.authority, request_.body().size());
  // Copied behind the head, a small body costs less than a write of two pieces.
  rest_ = request_.body();
  if (rest_.size() <= native_sending::small_body) connection.head += std::exchange(rest_, {});
  sent_ = false;
  sent_bytes_ = 0;
}

Task<Result<>> NativeStream::send() {
  Connection& connection = *connection_;
  for (;;) {
    const Sent sent = send_some();
    if (sent == Sent::failed)
      co_return unreachable(NetFault::exchange, name() + " closed the connection during the request");
    if (sent == Sent::all || sent == Sent::answered) break;
    if (sent == Sent::some) continue;
    connection.watchdog.watch_until(std::min(total_end_, deadline_in(request_.deadlines.first_byte)));
    co_await native_sending::wait_for_either(connection.socket);
    const bool expired = connection.watchdog.expired();
    connection.watchdog.watch_until(never);
    if (expired) co_return late("the request was not taken");
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return cancelled();
  }
  head_end_ = deadline_in(request_.deadlines.first_byte);
  co_return Result<>();
}

// A server may answer before it has read the whole request (413 for a body over its limit) and then stop reading, so
// whenever a write would block or fails, an answer is looked for first.
NativeStream::Sent NativeStream::send_some() {
  const std::string_view head =
      std::string_view(connection_->head).substr(std::min(sent_bytes_, connection_->head.size()));
  const std::string_view rest = rest_.substr(sent_bytes_ - (connection_->head.size() - head.size()));
  const asio::const_buffer first(head.data(), head.size());
  boost::system::error_code error;
  sent_ns_ = SystemClock().now_ns();
  sent_bytes_ += rest.empty() ? connection_->socket.write_some(first, error)
                              : connection_->socket.write_some(
                                    std::array{first, asio::const_buffer(rest.data(), rest.size())}, error);
  if (sent_bytes_ == connection_->head.size() + rest_.size()) {
    sent_ = true;
    return Sent::all;
  }
  if (!error) return Sent::some;
  const Early early = take_early_answer();
  if (early == Early::answer) return Sent::answered;
  return error == asio::error::would_block && early == Early::nothing ? Sent::blocked : Sent::failed;
}

NativeStream::Early NativeStream::take_early_answer() {
  while (!connection_->parser.head_done()) {
    boost::system::error_code error;
    received_ = connection_->socket.read_some(asio::buffer(connection_->buffer.get(), Connection::buffer_size), error);
    if (error == asio::error::would_block) return Early::nothing;
    // Whoever has closed its side can answer no more; waiting for the socket would find it readable for ever.
    if (error || received_ == 0) return Early::gone;
    if (auto fed = feed(); !fed) {
      fault_ = std::move(fed).error();
      break;
    }
  }
  reusable_ = false;
  return Early::answer;
}

}  // namespace llmgw::net
