#include "proxy/server/connection.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>

#include "core/http/inflate.h"
#include "proxy/server/http_responder.h"

namespace llmgw::server {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace connection_detail {

constexpr milliseconds linger_time{2'000};
constexpr milliseconds last_words_time{250};

/// Runs the handler; false when it threw, which only a foreign library can make it do.
net::Task<bool> handle(Handler& handler, const http::Request& request, const Peer& peer, Responder& responder) {
  try {
    co_await handler.handle(request, peer, responder);
    co_return true;
  } catch (const std::exception&) {
    co_return false;
  }
}

Error without_answer() {
  Error error;
  error.code = Errc::internal;
  error.message = "the request ended without an answer";
  return error;
}

}  // namespace connection_detail

Connection::Connection(std::shared_ptr<ConnectionContext> context, net::Socket socket, Peer peer)
    : context_(std::move(context)),
      socket_(std::make_shared<ClientSocket>(context_->io, std::move(socket), context_->options.write_timeout,
                                             context_->counters.active_requests, context_->turn)),
      peer_(std::move(peer)),
      parser_(context_->options.limits),
      share_(context_->options.bodies) {
  context_->open.insert(this);
  ++context_->counters.connections;
  if (context_->options.on_connection) context_->options.on_connection(1);
}

Connection::~Connection() {
  socket_->on_left(nullptr);
  context_->open.erase(this);
  --context_->counters.connections;
  if (context_->options.on_connection) context_->options.on_connection(-1);
  context_->closed.set();
}

void Connection::start() {
  socket_->on_left([this] { cancel(); });
  asio::co_spawn(context_->io, run(),
                 asio::bind_cancellation_slot(
                     signal_.slot(), [self = shared_from_this()](std::exception_ptr) { self->socket_->close(); }));
}

void Connection::cancel() { signal_.emit(asio::cancellation_type::terminal); }

void Connection::close_if_idle() {
  if (first_byte_at_ || !socket_->received().empty()) return;
  if (socket_->flushed())
    socket_->close();
  else
    cancel();  // the coroutine writes the rest of the last answer first
}

net::Task<> Connection::run() {
  // Cancellation is a value here: every operation looks at the state itself.
  co_await asio::this_coro::throw_if_cancelled(false);
  for (bool again = true; again;) {
    const Read read = co_await read_request();
    if (read == Read::leave) break;
    again = co_await answer();
  }
  if (!socket_->flushed()) co_await socket_->write(Pieces());
  if (refused_) {
    socket_->shutdown_send();
    // Closing a socket with unread bytes resets the connection, and the reset may overtake the answer that says what
    // was wrong (RFC 9112 section 9.6). So the rest of the request is read and thrown away for a moment.
    co_await discard_received(connection_detail::linger_time);
  }
  socket_->close();
}

net::Task<Connection::Read> Connection::read_request() {
  parser_.next();  // an idle connection keeps no large body in memory
  share_.hold(0);
  first_byte_at_.reset();
  body_since_.reset();
  body_bytes_ = 0;
  idle_since_ = steady_clock::now();
  while (!parser_.done()) {
    if (!socket_->has_received()) {
      const net::Wake wake = co_await socket_->wait_received(read_deadline());
      if (wake == net::Wake::expired && parser_.started()) co_await refuse(too_slow());
      if (wake != net::Wake::set) co_return Read::leave;
    }
    if (socket_->received().empty()) co_return Read::leave;
    if (!first_byte_at_) first_byte_at_ = steady_clock::now();
    if (body_since_) body_bytes_ += socket_->received().size();
    auto used = parser_.feed(socket_->received());
    if (!used) {
      co_await refuse(std::move(used).error());
      co_return Read::leave;
    }
    socket_->consume(*used);
    if (!share_.hold(parser_.request().body.size())) {
      co_await refuse(too_full());
      co_return Read::leave;
    }
    if (!parser_.head_done() || parser_.done() || body_since_) continue;
    if (!context_->handler.wants_body(parser_.request(), peer_)) {
      refused_ = true;
      co_return Read::request;
    }
    body_since_ = steady_clock::now();
    if (!parser_.expects_continue()) continue;
    const bool go_on = co_await send_continue();
    if (!go_on) co_return Read::leave;
  }
  auto taken = decode_body();
  if (taken) co_return Read::request;
  co_await refuse(std::move(taken).error());
  co_return Read::leave;
}

net::SteadyTime Connection::read_deadline() const {
  const ServerOptions& options = context_->options;
  if (!first_byte_at_) return idle_since_ + options.idle_timeout;
  if (!body_since_) return *first_byte_at_ + options.header_timeout;
  const std::size_t rate = options.body_bytes_per_s == 0 ? 1 : options.body_bytes_per_s;
  return *body_since_ + options.body_grace + std::chrono::seconds(body_bytes_ / rate);
}

net::Task<bool> Connection::send_continue() {
  auto written = co_await socket_->write(Pieces("HTTP/1.1 100 Continue\r\n\r\n"));
  co_return written.has_value();
}

Result<> Connection::decode_body() {
  const auto coding = parser_.request().headers.joined("content-encoding");
  switch (http::content_coding(coding)) {
    case http::Coding::identity: return {};
    case http::Coding::zlib:
      // A body that was waited for was judged by then.
      if (body_since_ || context_->handler.wants_body(parser_.request(), peer_)) return inflate_body();
      parser_.request().body.clear();
      return {};
    case http::Coding::unknown: break;
  }
  auto refused = fail(Errc::invalid_request,
                      "the content coding of the request is not supported; send gzip, deflate or "
                      "none",
                      "content-encoding");
  refused.error().status = 415;
  return refused;
}

Result<> Connection::inflate_body() {
  http::Request& request = parser_.request();
  http::Inflater inflater;
  std::string plain;
  auto inflated = inflater.feed(request.body, plain, context_->options.limits.body_bytes);
  if (!inflated && inflated.error().code == Errc::too_large) return inflated;
  if (!inflated) return fail(Errc::invalid_request, inflated.error().message);
  if (!inflater.complete()) return fail(Errc::invalid_request, "the compressed body of the request is cut");
  if (!share_.hold(plain.size())) return std::unexpected(too_full());
  request.body = std::move(plain);
  request.headers.erase("content-encoding");
  return {};
}

net::Task<bool> Connection::answer() {
  if (socket_->left()) co_return false;
  const http::Request& request = parser_.request();
  RequestTraits traits;
  traits.head = request.method == "HEAD";
  traits.http10 = request.http10;
  traits.keep_alive = request.keep_alive && !context_->draining && !refused_;
  HttpResponder responder(*socket_, out_, traits);
  ++context_->counters.requests;
  ++context_->counters.active_requests;
  socket_->read_ahead();
  const bool handled = co_await connection_detail::handle(context_->handler, request, peer_, responder);
  --context_->counters.active_requests;
  if (responder.hanging_up()) {
    co_await discard_received(connection_detail::last_words_time);
    responder.abort();
    co_return false;
  }
  if (handled && responder.complete()) co_return responder.keep_alive() && !context_->draining;
  if (socket_->left()) {
    ++context_->counters.client_left;
    co_return false;
  }
  if (responder.begun())
    responder.abort();
  else
    co_await refuse(connection_detail::without_answer());
  co_return false;
}

net::Task<> Connection::refuse(Error error) {
  refused_ = true;
  if (error.code != Errc::internal) ++context_->counters.bad_requests;
  http::ResponseHead head;
  head.status = error.status != 0 ? error.status : error_class(error.code).http_status;
  head.keep_alive = false;
  head.headers.add("content-type", "application/json");
  if (!error.retry_after.empty()) head.headers.add("retry-after", error.retry_after);
  const http::Request unread;
  const http::Request& seen = parser_.head_done() ? parser_.request() : unread;
  RequestTraits traits;
  traits.head = seen.method == "HEAD";
  HttpResponder responder(*socket_, out_, traits);
  std::string body = context_->handler.error_body(error, seen, peer_);
  co_await responder.send(std::move(head), std::move(body));
}

net::Task<> Connection::discard_received(milliseconds time) {
  // A cancellation by the server's shutdown was meant for the handler, and would end this wait before it begins.
  co_await asio::this_coro::reset_cancellation_state();
  const net::SteadyTime deadline = steady_clock::now() + time;
  while (!socket_->left()) {
    socket_->consume(socket_->received().size());
    if (socket_->has_received()) continue;
    const net::Wake wake = co_await socket_->wait_received(deadline);
    if (wake != net::Wake::set) break;
  }
}

Error Connection::too_slow() const {
  Error error;
  error.code = Errc::invalid_request;
  error.status = 408;
  error.message = body_since_ ? "the body of the request came too slowly" : "the head of the request came too slowly";
  return error;
}

Error Connection::too_full() {
  Error error;
  error.code = Errc::overloaded;
  error.status = 503;
  error.message = "the bodies of the requests under way take all the memory they may; try again in a moment";
  error.retry_after = "1";
  return error;
}

}  // namespace llmgw::server
