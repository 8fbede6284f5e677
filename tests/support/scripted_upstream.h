#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/socket.h"

namespace llmgw::test {

/// A server that answers with exactly the bytes and breaks that a test wants. Each connection has its own thread and
/// plays the script once per request.
class ScriptedUpstream {
 public:
  /// One request: its bytes, the connection to answer on, and its number (from 0).
  struct Request {
    std::string head;
    std::string body;
    Socket& connection;
    int number;
  };
  /// Answers one request. False: close the connection.
  using Script = std::function<bool(Request&)>;

  explicit ScriptedUpstream(Script script);
  ~ScriptedUpstream();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// Requests that have arrived so far: head and body.
  [[nodiscard]] std::vector<std::string> requests() const;
  /// Waits until that many requests have arrived.
  bool wait_requests(std::size_t count) const;

 private:
  void accept_all();
  void serve(Socket connection);
  Script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable arrived_;
  std::vector<std::string> requests_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
  std::atomic<bool> stopping_{false};
};

/// A whole HTTP answer.
std::string http_answer(int status, std::string_view content_type, std::string_view body,
                        std::string_view more_headers = "");
/// The head of a stream of server-sent events that ends when the connection closes.
std::string stream_head();
/// A script that sends the same bytes for every request and keeps the connection.
ScriptedUpstream::Script always(std::string bytes);
/// A script that sends the bytes and closes the connection.
ScriptedUpstream::Script then_close(std::string bytes);

}  // namespace llmgw::test
