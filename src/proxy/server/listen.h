#pragma once

#include <string>

#include "core/base/error.h"
#include "core/base/url.h"

namespace llmgw::server {

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
  static Result<ListenSocket> open_tcp(const ListenAddress& address, bool shared);
  static Result<ListenSocket> open_unix(const ListenAddress& address);
  ListenSocket(int fd, ListenAddress address, bool owns_path);
  int fd_ = -1;
  ListenAddress address_;
  bool owns_path_ = false;
};

}  // namespace llmgw::server
