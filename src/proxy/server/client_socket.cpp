#include "proxy/server/client_socket.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace llmgw::server {

namespace asio = boost::asio;

ClientSocket::ClientSocket(asio::io_context& io, net::Socket socket, std::chrono::milliseconds write_timeout,
                           const std::size_t& busy, WriteTurn& turn)
    : socket_(std::move(socket)),
      busy_(busy),
      turn_(turn),
      watchdog_(io, [this] { leave(); }),
      io_(io),
      write_timeout_(write_timeout),
      arrival_(io),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_size)) {
  net::prepare(socket_);
}

void ClientSocket::consume(std::size_t bytes) {
  begin_ += bytes;
  if (begin_ == end_ && !reading_) begin_ = end_ = 0;
}

bool ClientSocket::has_received() {
  reads_ahead_ = false;
  return begin_ != end_ || left_;
}

net::Task<net::Wake> ClientSocket::wait_received(net::SteadyTime deadline) {
  if (!reading_) start_read();
  return arrival_.wait(deadline);
}

void ClientSocket::read_ahead() {
  reads_ahead_ = true;
  asio::post(io_, [self = shared_from_this()] {
    if (self->reads_ahead_ && !self->reading_ && !self->left_) self->start_read();
  });
}

void ClientSocket::start_read() {
  if (begin_ == end_) begin_ = end_ = 0;
  if (end_ == buffer_size) return;
  reading_ = true;
  socket_.async_read_some(asio::buffer(buffer_.get() + end_, buffer_size - end_),
                          [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
                            self->received(error, size);
                          });
}

void ClientSocket::received(const boost::system::error_code& error, std::size_t size) {
  reading_ = false;
  if (left_) return;
  if (error) return leave();
  end_ += size;
  if (reads_ahead_) start_read();
  arrival_.wake();
}

void ClientSocket::leave() {
  if (std::exchange(left_, true)) return;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  if (on_left_) on_left_();
  arrival_.wake();
}

void Pieces::consume(std::size_t bytes) {
  for (auto& part : parts_) {
    const auto taken = std::min(bytes, part.size());
    part.remove_prefix(taken);
    bytes -= taken;
  }
}

bool ClientSocket::write_now(Pieces& pieces) {
  if (kept_.empty() && busy_ <= net::crowd) return put(pieces);
  return keep(pieces);
}

bool ClientSocket::keep(Pieces& pieces) {
  if (left_ || kept_.size() + pieces.size() > most_kept) return false;
  if (kept_.empty()) turn_.add(shared_from_this());
  for (const auto part : pieces.parts()) kept_ += part;
  pieces = Pieces();
  return true;
}

bool ClientSocket::send_kept() {
  Pieces pieces(kept_);
  while (!left_ && !pieces.empty()) {
    boost::system::error_code error;
    pieces.consume(write_some(pieces, error));
    if (error == asio::error::would_block) break;
    if (error) leave();
  }
  kept_.erase(0, kept_.size() - pieces.size());
  return kept_.empty() || left_;
}

void ClientSocket::flush() {
  if (kept_.empty()) return;  // somebody else writes, and watches the time
  if (send_kept()) return watchdog_.watch_until(net::never);
  if (std::exchange(awaits_room_, true)) return;
  watchdog_.watch_until(net::deadline_in(write_timeout_));
  socket_.async_wait(net::Socket::wait_write, [self = shared_from_this()](const boost::system::error_code&) {
    self->awaits_room_ = false;
    self->flush();
  });
}

std::size_t ClientSocket::write_some(const Pieces& pieces, boost::system::error_code& error) {
  const auto buffer = [](std::string_view part) { return asio::const_buffer(part.data(), part.size()); };
  const auto& parts = pieces.parts();
  // One piece goes by send(2), which costs the kernel less than sendmsg(2), and a little copying too.
  if (parts[1].empty() && parts[2].empty()) return socket_.write_some(buffer(parts[0]), error);
  if (pieces.size() <= most_joined) {
    std::array<char, most_joined> joined;
    auto* end = joined.data();
    for (const auto part : parts) end = std::copy(part.begin(), part.end(), end);
    return socket_.write_some(asio::const_buffer(joined.data(), pieces.size()), error);
  }
  return socket_.write_some(std::array{buffer(parts[0]), buffer(parts[1]), buffer(parts[2])}, error);
}

bool ClientSocket::put(Pieces& pieces) {
  while (!left_ && !pieces.empty()) {
    boost::system::error_code error;
    pieces.consume(write_some(pieces, error));
    if (error == asio::error::would_block) return false;
    if (error) leave();
  }
  // A fast reader never makes a write wait; without this, one stream could keep all others from their turn.
  return !left_ && ++writes_in_turn_ < writes_per_turn;
}

net::Task<Result<>> ClientSocket::write(Pieces pieces) {
  if (busy_ > net::crowd) co_await net::yield_now(io_);
  if (!kept_.empty()) {
    const std::string earlier = std::exchange(kept_, {});
    watchdog_.watch_until(net::never);  // `flush` may have set it for this text; `drain` sets its own
    auto written = co_await drain(Pieces(earlier));
    if (!written) co_return written;
  }
  co_return co_await drain(pieces);
}

net::Task<Result<>> ClientSocket::drain(Pieces pieces) {
  for (;;) {
    const bool written = put(pieces);
    if (written) co_return Result<>();
    if (left_) co_return fail(Errc::cancelled, "the client has gone away");
    writes_in_turn_ = 0;
    if (pieces.empty()) {
      co_await net::yield_now(io_);
      co_return Result<>();
    }
    watchdog_.watch_until(net::deadline_in(write_timeout_));
    co_await socket_.async_wait(net::Socket::wait_write, net::use_result);
    watchdog_.watch_until(net::never);
  }
}

void ClientSocket::shutdown_send() {
  boost::system::error_code ignored;
  socket_.shutdown(net::Socket::shutdown_send, ignored);
}

void ClientSocket::close() {
  if (!left_ && !kept_.empty()) send_kept();  // as much as goes: nobody is left to wait for more
  leave();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void ClientSocket::reset() {
  boost::system::error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

}  // namespace llmgw::server
