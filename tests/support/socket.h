#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace llmgw::test {

/// How long a test waits for something that has to happen before it fails.
inline constexpr std::chrono::seconds patience{20};

/// A blocking TCP connection for tests; closed when destroyed.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Socket& operator=(Socket&&) = delete;
  ~Socket() { close(); }
  /// Connects to a port of this machine.
  static Socket connect(std::uint16_t port);

  /// False when the peer is gone.
  bool send(std::string_view bytes);
  /// The next bytes; empty when the peer closed; nullopt after `limit` without any.
  std::optional<std::string> read(std::chrono::milliseconds limit = patience);
  /// Ends the connection with a FIN.
  void close();
  /// Ends it with a RST.
  void reset();
  /// Waits until the peer has closed or reset the connection, discarding what comes.
  bool wait_closed(std::chrono::milliseconds limit = patience);

 private:
  int fd_;
};

}  // namespace llmgw::test
