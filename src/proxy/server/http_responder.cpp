#include "proxy/server/http_responder.h"

namespace llmgw::server {
namespace responding {

std::unexpected<Error> out_of_order() { return fail(Errc::internal, "a response was written twice or out of order"); }

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
  const auto sent_body = with_body ? std::string_view(body) : std::string_view();
  auto written = co_await socket_.write(out_, sent_body);
  if (written) stage_ = Stage::complete;
  co_return written;
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

net::Task<Result<>> HttpResponder::write(std::string_view bytes) {
  if (stage_ != Stage::begun) co_return responding::out_of_order();
  bytes = framed(bytes);
  co_return co_await flush(bytes);
}

net::Task<Result<>> HttpResponder::finish(std::string_view last) {
  if (stage_ != Stage::begun) co_return responding::out_of_order();
  last = framed(last);
  if (framing_ == Framing::chunked) http::append_last_chunk(out_);
  auto written = co_await flush(last);
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

std::string_view HttpResponder::framed(std::string_view bytes) {
  if (framing_ == Framing::chunked) http::append_chunk(out_, bytes);
  return framing_ == Framing::until_close ? bytes : std::string_view();
}

net::Task<Result<>> HttpResponder::flush(std::string_view bytes) {
  auto written = co_await socket_.write(out_, bytes);
  out_.clear();
  co_return written;
}

bool HttpResponder::has_body(int status) const { return !traits_.head && status != 204 && status != 304; }

void HttpResponder::append_head(http::ResponseHead& head, Framing framing, std::size_t body_size) {
  // Handlers pass on headers of upstreams; how this connection frames and ends is its own affair.
  for (const std::string_view name : {"content-length", "transfer-encoding", "connection", "keep-alive"})
    head.headers.erase(name);
  keep_alive_ = keep_alive_ && head.keep_alive;
  head.keep_alive = keep_alive_;
  // HTTP/1.0 clients that asked for persistence must be told that they have it (RFC 9112 appendix C.2.2).
  if (keep_alive_ && traits_.http10) head.headers.add("connection", "keep-alive");
  http::append_response_head(out_, head, framing, body_size);
}

}  // namespace llmgw::server
