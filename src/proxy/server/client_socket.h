#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/net/event.h"
#include "core/net/socket.h"
#include "core/net/wakeup.h"
#include "core/net/watchdog.h"
#include "proxy/server/write_turn.h"

namespace llmgw::server {

/// Up to three pieces of text that leave in one write. The bytes stay with the caller until they are written.
class Pieces {
 public:
  Pieces() = default;
  explicit Pieces(std::string_view first, std::string_view second = {}, std::string_view third = {})
      : parts_{first, second, third} {}
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return parts_[0].size() + parts_[1].size() + parts_[2].size(); }
  /// Takes off what was written.
  void consume(std::size_t bytes);
  [[nodiscard]] const std::array<std::string_view, 3>& parts() const { return parts_; }

 private:
  std::array<std::string_view, 3> parts_;
};

/// The socket of one client. It reads ahead into a small buffer even while a request is being answered: that read is
/// how a client that goes away is noticed, and how the next request arrives.
class ClientSocket : public std::enable_shared_from_this<ClientSocket> {
 public:
  /// `busy`: how many requests the server is answering; see `net::crowd`. `turn`: the server's.
  ClientSocket(boost::asio::io_context& io, net::Socket socket, std::chrono::milliseconds write_timeout,
               const std::size_t& busy, WriteTurn& turn);

  /// Called once when the client has gone: end of stream, reset, or no longer taking what is written.
  void on_left(std::function<void()> callback) { on_left_ = std::move(callback); }
  [[nodiscard]] bool left() const { return left_; }

  /// Bytes received and not yet consumed.
  [[nodiscard]] std::string_view received() const { return {buffer_.get() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes);
  /// There are received bytes, or the client has left. Ends reading ahead: whoever asks consumes.
  bool has_received();
  /// Waits for that (`set`), or until the deadline. Only after `has_received` was false.
  net::Task<net::Wake> wait_received(net::SteadyTime deadline);
  /// Goes on reading while nobody waits, as long as the buffer has room. The first read comes when the caller has
  /// nothing more to do at once: the request that is there goes first.
  void read_ahead();

  /// Writes what the socket takes at once and takes it off `pieces`; in a crowd little text is kept until the end of
  /// the turn instead. True when nothing more is to be done; else `write` goes on with the rest.
  bool write_now(Pieces& pieces);
  /// Writes all pieces as if they were one. `cancelled` once the client has left. It is not cut short when its
  /// coroutine is cancelled, so that an ending stream can be ended tidily.
  net::Task<Result<>> write(Pieces pieces);

  /// Sends what was kept, as far as the socket takes it, and the rest when it takes more.
  void flush();
  /// Nothing is kept.
  [[nodiscard]] bool flushed() const { return kept_.empty(); }

  /// No more bytes from us; the client sees the end of the stream. What is kept should be written before.
  void shutdown_send();
  void close();
  /// Closes with a reset, so that even a body that runs to the end of the connection is seen to be cut.
  void reset();

 private:
  void start_read();
  void received(const boost::system::error_code& error, std::size_t size);
  void leave();
  bool put(Pieces& pieces);
  bool keep(Pieces& pieces);
  net::Task<Result<>> drain(Pieces pieces);
  /// Sends what was kept as far as that needs no wait; false when some is left.
  bool send_kept();
  std::size_t write_some(const Pieces& pieces, boost::system::error_code& error);

  static constexpr std::size_t buffer_size = std::size_t{16} << 10U;
  static constexpr int writes_per_turn = 64;
  static constexpr std::size_t most_kept = std::size_t{8} << 10U;
  static constexpr std::size_t most_joined = std::size_t{8} << 10U;

  // What every write needs stands first and together.
  net::Socket socket_;
  const std::size_t& busy_;
  WriteTurn& turn_;
  std::string kept_;          ///< written at the end of the turn
  net::Watchdog watchdog_;    ///< for writes
  int writes_in_turn_ = 0;    ///< writes that did not wait since other work last had its turn
  bool awaits_room_ = false;  ///< `flush` goes on when the socket takes more
  bool left_ = false;
  bool reading_ = false;
  bool reads_ahead_ = false;

  boost::asio::io_context& io_;
  std::chrono::milliseconds write_timeout_;
  net::Wakeup arrival_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::function<void()> on_left_;
};

}  // namespace llmgw::server
