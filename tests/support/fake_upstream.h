#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/net/http_client.h"
#include "support/test_socket.h"

namespace llmgw::test {

/// A server that does what a script says, one thread for each connection. Its port is chosen by the kernel.
class FakeUpstream {
 public:
  /// Called for each connection with its number, from 0; the connection closes when it returns.
  using Script = std::function<void(TestSocket& socket, int number)>;

  explicit FakeUpstream(Script script);
  /// Listens on a unix socket instead.
  FakeUpstream(const std::string& unix_path, Script script);
  /// Waits for the scripts to end.
  ~FakeUpstream();
  FakeUpstream(const FakeUpstream&) = delete;
  FakeUpstream& operator=(const FakeUpstream&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] net::Endpoint endpoint() const;
  [[nodiscard]] int connections() const { return connections_; }
  /// What a script threw, or empty.
  [[nodiscard]] std::string failure() const;

 private:
  void accept_all();
  void run_script(TestSocket socket, int number);

  Script script_;
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::string unix_path_;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::string failure_;
  std::vector<std::thread> scripts_;
  std::thread acceptor_;
};

}  // namespace llmgw::test
