// The sending half of NativeStream: connecting, writing the request, and the one retry.
#include <algorithm>
#include <array>
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
    auto addresses = co_await shared_->resolver.resolve(endpoint.host, deadline);
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
  sent_ = false;
  sent_bytes_ = 0;
}

Task<Result<>> NativeStream::send() {
  Connection& connection = *connection_;
  for (;;) {
    const Sent sent = send_some();
    if (sent == Sent::failed) co_return fail(Errc::network, name() + " closed the connection during the request");
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
  const std::string& head = connection_->head;
  const std::string_view body = request_.body();
  const std::size_t in_head = std::min(sent_bytes_, head.size());
  const std::size_t in_body = sent_bytes_ - in_head;
  const std::array<asio::const_buffer, 2> buffers{asio::const_buffer(head.data() + in_head, head.size() - in_head),
                                                  asio::const_buffer(body.data() + in_body, body.size() - in_body)};
  boost::system::error_code error;
  sent_ns_ = SystemClock().now_ns();
  sent_bytes_ += connection_->socket.write_some(buffers, error);
  if (sent_bytes_ == head.size() + body.size()) {
    sent_ = true;
    return Sent::all;
  }
  if (!error) return Sent::some;
  if (take_early_answer()) return Sent::answered;
  return error == asio::error::would_block ? Sent::blocked : Sent::failed;
}

bool NativeStream::take_early_answer() {
  while (!connection_->parser.head_done()) {
    boost::system::error_code error;
    received_ = connection_->socket.read_some(asio::buffer(connection_->buffer.get(), Connection::buffer_size), error);
    if (error || received_ == 0) return false;
    if (auto fed = feed(); !fed) {
      fault_ = std::move(fed).error();
      break;
    }
  }
  reusable_ = false;
  return true;
}

}  // namespace llmgw::net
