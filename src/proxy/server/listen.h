#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace llmgw::server {

/// Where to listen.
struct ListenAddress {
  std::string host;        ///< address or name without brackets
  std::uint16_t port = 0;  ///< 0: the kernel chooses
  std::string unix_path;   ///< a unix socket instead, when not empty
  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

/// Reads `HOST:PORT`, `[V6]:PORT` or `unix:PATH`.
Result<ListenAddress> parse_listen(std::string_view text);

/// True when only this machine can connect: a loopback address, `localhost`, or a unix socket.
bool is_loopback(const ListenAddress& address);

/// A bound and listening socket; closed when destroyed. The one that made a unix socket removes its file.
class ListenSocket {
 public:
  ListenSocket(ListenSocket&& other) noexcept;
  ListenSocket& operator=(ListenSocket&& other) noexcept;
  ~ListenSocket();

  /// Binds alone: an address in use is a `network` error, also when another llmgw serves there. A unix socket gets
  /// mode 0600; a socket file nobody answers on is replaced.
  static Result<ListenSocket> open(const ListenAddress& address);
  /// A second socket for the same address, for another worker of this process; the kernel spreads connections.
  [[nodiscard]] Result<ListenSocket> share() const;

  /// The address with the port the kernel chose.
  [[nodiscard]] const ListenAddress& address() const { return address_; }
  /// `http://127.0.0.1:4000`, `http://[::1]:4000` or `unix:PATH`.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] int fd() const { return fd_; }
  /// Hands the descriptor over; this object still removes the unix socket's file.
  int release();

 private:
  ListenSocket(int fd, ListenAddress address, bool owns_path);
  int fd_ = -1;
  ListenAddress address_;
  bool owns_path_ = false;
};

}  // namespace llmgw::server
