#include "proxy/server/client_socket.h"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace llmgw::server {

namespace asio = boost::asio;

ClientSocket::ClientSocket(asio::io_context& io, net::Socket socket, std::chrono::milliseconds write_timeout)
    : io_(io),
      socket_(std::move(socket)),
      write_timeout_(write_timeout),
      watchdog_(io, [this] { leave(); }),
      arrival_(io),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_size)) {
  net::prepare(socket_);
}

void ClientSocket::consume(std::size_t bytes) {
  begin_ += bytes;
  if (begin_ == end_ && !reading_) begin_ = end_ = 0;
}

net::Task<net::Wake> ClientSocket::wait_received(net::SteadyTime deadline) {
  reads_ahead_ = false;
  arrival_.clear();
  if (begin_ != end_ || left_) co_return net::Wake::set;
  if (!reading_) start_read();
  co_return co_await arrival_.wait(deadline);
}

void ClientSocket::read_ahead() {
  reads_ahead_ = true;
  if (!reading_ && !left_) start_read();
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
  arrival_.set();
}

void ClientSocket::leave() {
  if (std::exchange(left_, true)) return;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  arrival_.set();
  if (on_left_) on_left_();
}

net::Task<Result<>> ClientSocket::write(std::string_view first, std::string_view second) {
  while (!left_) {
    const std::array<asio::const_buffer, 2> buffers{asio::const_buffer(first.data(), first.size()),
                                                    asio::const_buffer(second.data(), second.size())};
    boost::system::error_code error;
    const std::size_t size = socket_.write_some(buffers, error);
    const std::size_t from_first = std::min(size, first.size());
    first.remove_prefix(from_first);
    second.remove_prefix(size - from_first);
    if (first.empty() && second.empty()) {
      if (++writes_in_turn_ < writes_per_turn) co_return Result<>();
      // A fast reader never makes a write wait; without this, one stream could keep all others from their turn.
      writes_in_turn_ = 0;
      co_await net::yield_now(io_);
      co_return Result<>();
    }
    if (!error) continue;
    if (error != asio::error::would_block) {
      leave();
      break;
    }
    writes_in_turn_ = 0;
    watchdog_.watch_until(net::deadline_in(write_timeout_));
    co_await socket_.async_wait(net::Socket::wait_write, asio::as_tuple(asio::use_awaitable));
    watchdog_.watch_until(net::never);
  }
  co_return fail(Errc::cancelled, "the client has gone away");
}

void ClientSocket::shutdown_send() {
  boost::system::error_code ignored;
  socket_.shutdown(net::Socket::shutdown_send, ignored);
}

void ClientSocket::close() {
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
