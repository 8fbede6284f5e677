#include "proxy/server/http_responder.h"

#include <utility>

namespace llmgw::server {
namespace responding {

std::unexpected<Error> out_of_order() { return fail(Errc::internal, "a response was written twice or out of order"); }

net::Task<Result<>> refused() { co_return out_of_order(); }

}  // namespace responding

using http::Framing;

net::Task<Result<>> HttpResponder::send(http::ResponseHead head, std::string body) {
  if (stage_ != Stage::idle) co_return responding::out_of_order();
  stage_ = Stage::begun;
  out_.clear();
  const bool with_body = has_body(head.status);
  // A HEAD response says how long the body would be (RFC 9110 section 8.6); 204 and 304 have no length at all.
  const bool with_length = with_body || (traits_.head && head.status != 204 && head.status != 304);
  append_head(head, with_length ? Framing::content_length : Framing::none, body.size());
  Pieces pieces(out_, with_body ? std::string_view(body) : std::string_view());
  if (!socket_.write_now(pieces)) {
    auto written = co_await socket_.write(pieces);
    if (!written) co_return written;
  }
  stage_ = Stage::complete;
  co_return Result<>();
}

net::Task<Result<>> HttpResponder::begin(http::ResponseHead head) {
  if (stage_ != Stage::idle) co_return responding::out_of_order();
  stage_ = Stage::begun;
  if (!has_body(head.status))
    framing_ = Framing::none;
  else
    framing_ = traits_.http10 ? Framing::until_close : Framing::chunked;
  if (framing_ == Framing::until_close) keep_alive_ = false;
  out_.clear();
  append_head(head, framing_, 0);
  if (socket_.left()) co_return fail(Errc::cancelled, "the client has gone away");
  co_return Result<>();
}

// No coroutine of its own: this runs for every batch of events.
net::Task<Result<>> HttpResponder::write(std::string_view bytes) {
  if (stage_ != Stage::begun) return responding::refused();
  return socket_.write(framed(bytes));
}

bool HttpResponder::write_now(std::string_view bytes) {
  if (stage_ != Stage::begun) return false;
  rest_ = framed(bytes);
  return socket_.write_now(rest_);
}

net::Task<Result<>> HttpResponder::rest() {
  if (stage_ != Stage::begun) return responding::refused();
  return socket_.write(std::exchange(rest_, Pieces()));
}

net::Task<Result<>> HttpResponder::finish(std::string_view last) {
  if (stage_ != Stage::begun) co_return responding::out_of_order();
  auto written = co_await socket_.write(framed(last, true));
  if (written) stage_ = Stage::complete;
  co_return written;
}

void HttpResponder::abort() {
  stage_ = Stage::aborted;
  if (framing_ == Framing::until_close)
    socket_.reset();
  else
    socket_.close();
}

void HttpResponder::reset() {
  stage_ = Stage::aborted;
  socket_.reset();
}

Pieces HttpResponder::framed(std::string_view bytes, bool last) {
  // The head stays for the first write.
  auto& front = std::exchange(flushed_, true) ? chunk_line_ : out_;
  chunk_line_.clear();
  if (framing_ == Framing::until_close) return Pieces(front, bytes);
  if (framing_ == Framing::none) return Pieces(front);
  if (bytes.empty()) {  // as a chunk it would end the body
    if (last) front += http::last_chunk;
    return Pieces(front);
  }
  http::append_chunk_size(front, bytes.size());
  return Pieces(front, bytes, last ? http::chunk_and_body_end : http::chunk_end);
}

bool HttpResponder::has_body(int status) const { return !traits_.head && status != 204 && status != 304; }

void HttpResponder::append_head(http::ResponseHead& head, Framing framing, std::size_t body_size) {
  // Handlers pass on headers of upstreams; how this connection frames and ends is its own affair.
  head.headers.erase({"content-length", "transfer-encoding", "connection", "keep-alive"});
  keep_alive_ = keep_alive_ && head.keep_alive;
  head.keep_alive = keep_alive_;
  // HTTP/1.0 clients that asked for persistence must be told that they have it (RFC 9112 appendix C.2.2).
  if (keep_alive_ && traits_.http10) head.headers.add("connection", "keep-alive");
  http::append_response_head(out_, head, framing, body_size);
}

}  // namespace llmgw::server
