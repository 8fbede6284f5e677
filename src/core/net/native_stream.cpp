#include "core/net/native_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "core/net/errors.h"

namespace llmgw::net {

namespace asio = boost::asio;

namespace native_streaming {

/// Bytes that keep coming never let the watchdog bark: a server that sends interim answers or a body without end must
/// not outlive the limit.
bool is_over(SteadyTime limit) { return limit != never && std::chrono::steady_clock::now() >= limit; }

}  // namespace native_streaming

NativeStream::NativeStream(std::shared_ptr<NativeClient::Shared> shared, HttpRequest&& request)
    : idle_limit_(request.deadlines.idle),
      total_end_(deadline_in(request.deadlines.total)),
      shared_(std::move(shared)),
      request_(std::move(request)) {
  ++shared_->exchanges;
}

NativeStream::~NativeStream() {
  --shared_->exchanges;
  if (!connection_ || !reusable_ || !headed_ || !sent_) return;
  if (connection_->parser.done() && connection_->parser.head().keep_alive)
    shared_->pool->give_back(std::move(connection_));
}

Task<Result<bool>> NativeStream::await_head(milliseconds patience) {
  const SteadyTime patience_end = deadline_in(patience);
  while (!headed_) {
    if (fault_) co_return std::unexpected(*fault_);
    if (connection_->parser.head_done()) {
      auto used = use_head();
      if (!used) co_return std::unexpected(std::move(used).error());
      break;
    }
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return cancelled();
    const auto buffer = room(head_end_, patience_end);
    const auto [error, size] = co_await connection_->socket.async_read_some(buffer, use_result);
    const auto got = judge(error, size);
    if (!got) co_return std::unexpected(got.error());
    if (*got == Got::idle) co_return false;
    if (*got == Got::bytes) {
      auto fed = feed();
      if (!fed) co_return std::unexpected(std::move(fed).error());
      if (!connection_->parser.head_done() && native_streaming::is_over(read_end_)) co_return late("no answer came");
      continue;
    }
    if (!may_retry()) {
      if (connection_->parser.started()) co_return incomplete(name() + " closed the connection inside the head");
      co_return unreachable(NetFault::exchange, name() + " closed the connection without an answer");
    }
    auto retried = co_await retry_fresh();
    if (!retried) co_return std::unexpected(std::move(retried).error());
  }
  co_return true;
}

std::optional<Result<Chunk>> NativeStream::ready() {
  // What came with the head is still there for the first call; afterwards the caller has seen the last call's bytes.
  if (std::exchange(body_seen_, true)) connection_->body.clear();
  plain_.clear();
  return take_ready();
}

std::optional<Result<Chunk>> NativeStream::take_ready() {
  if (!connection_->body.empty()) {
    if (!inflater_) return Chunk(Chunk::Kind::data, connection_->body);
    if (auto inflated = inflate_body(); !inflated) return std::unexpected(std::move(inflated).error());
    if (!plain_.empty()) return Chunk(Chunk::Kind::data, plain_);
  }
  if (!connection_->parser.done()) return std::nullopt;
  if (auto ended = use_end(); !ended) return std::unexpected(std::move(ended).error());
  return Chunk();
}

Task<Result<Chunk>> NativeStream::next(milliseconds patience) {
  const SteadyTime patience_end = deadline_in(patience);
  const SteadyTime idle_end = std::exchange(idle_end_, {}).value_or(deadline_in(idle_limit_));
  for (auto now = ready();; now = take_ready()) {
    if (now) co_return std::move(*now);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) co_return cancelled();
    const auto buffer = room(idle_end, patience_end);
    const auto [error, size] = co_await connection_->socket.async_read_some(buffer, use_result);
    const auto got = judge(error, size);
    if (!got) co_return std::unexpected(got.error());
    if (*got == Got::idle) {
      idle_end_ = idle_end;
      co_return Chunk(Chunk::Kind::idle, std::string_view());
    }
    if (*got == Got::bytes) {
      auto fed = feed();
      if (!fed) co_return std::unexpected(std::move(fed).error());
      if (native_streaming::is_over(total_end_)) co_return late("the whole answer did not come");
      continue;
    }
    reusable_ = false;
    const auto finished = connection_->parser.finish();
    if (!finished || was_reset_) co_return incomplete(name() + " closed the connection before the body was complete");
  }
}

boost::asio::mutable_buffer NativeStream::room(SteadyTime limit, SteadyTime patience_end) {
  read_end_ = std::min(limit, total_end_);
  connection_->watchdog.watch_until(std::min(read_end_, patience_end));
  return asio::buffer(connection_->buffer.get(), Connection::buffer_size);
}

Result<NativeStream::Got> NativeStream::judge(const boost::system::error_code& error, std::size_t size) {
  const bool expired = connection_->watchdog.expired();
  connection_->watchdog.watch_until(never);
  received_ = size;
  if (size > 0) return Got::bytes;
  // Only an orderly end can be the end of a body that has no length; a reset is what a server does that breaks off.
  was_reset_ = error != asio::error::eof;
  if (error != asio::error::operation_aborted) return Got::closed;
  if (!expired) return cancelled();
  if (std::chrono::steady_clock::now() < read_end_) return Got::idle;
  reusable_ = false;
  if (read_end_ == total_end_) return late("the whole answer did not come");
  return headed_ ? late("nothing more of the body came") : late("no answer came");
}

Result<> NativeStream::feed() {
  const auto used = connection_->parser.feed({connection_->buffer.get(), received_}, connection_->body);
  if (!used) return broken(used.error().message);
  if (*used < received_) reusable_ = false;  // bytes that belong to no request of ours
  return {};
}

Result<> NativeStream::use_head() {
  headed_ = true;
  request_.message = http::Request();  // nothing is sent again from here on
  const auto coding = connection_->parser.head().headers.joined("content-encoding");
  switch (http::content_coding(coding)) {
    case http::Coding::identity: break;
    case http::Coding::zlib: inflater_.emplace(); break;
    case http::Coding::unknown: return broken(unknown_coding(coding));
  }
  return {};
}

Result<> NativeStream::inflate_body() {
  const auto inflated = inflater_->feed(connection_->body, plain_, most_inflated);
  connection_->body.clear();
  if (!inflated) return broken(inflated.error().message);
  return {};
}

Result<> NativeStream::use_end() {
  if (!inflater_ || inflater_->complete()) return {};
  return incomplete("the compressed body of " + name() + " is cut");
}

bool NativeStream::may_retry() const { return connection_->reused && !retried_ && !connection_->parser.started(); }

std::string NativeStream::name() const { return endpoint_name(*request_.endpoint); }

std::unexpected<Error> NativeStream::late(std::string_view what) const {
  return timed_out(NetFault::exchange, fmt::format("{}: {} within the time limit", name(), what));
}

std::unexpected<Error> NativeStream::broken(std::string_view how) {
  reusable_ = false;
  return fail(Errc::upstream_protocol, fmt::format("{} sent a broken answer: {}", name(), how));
}

}  // namespace llmgw::net
