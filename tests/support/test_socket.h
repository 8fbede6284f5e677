#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace llmgw::test {

/// How the other side ended a connection.
enum class Ending { fin, reset };

/// A blocking socket for the far end of a test. Every wait gives up after ten seconds with a std::runtime_error, which
/// fails the test.
class TestSocket {
 public:
  explicit TestSocket(int fd);
  TestSocket(TestSocket&& other) noexcept;
  TestSocket& operator=(TestSocket&& other) noexcept;
  ~TestSocket();
  static TestSocket connect_tcp(std::uint16_t port, const char* address = "127.0.0.1");
  static TestSocket connect_unix(const std::string& path);

  /// Goes on in TLS as the server; false when the client breaks the handshake off.
  bool accept_tls(ssl_ctx_st* context);
  /// Sends everything; an error of the connection is ignored, since some tests send into closed ones.
  void send(std::string_view bytes);
  /// Everything up to and including the mark.
  std::string read_until(std::string_view mark);
  std::string read_exact(std::size_t size);
  /// Everything until the other side ends the connection.
  std::string read_to_end();
  /// How the connection ended, after `read_to_end`.
  [[nodiscard]] Ending ending() const { return ending_; }
  /// Waits for the end, throwing away what comes before it.
  Ending wait_end();
  /// True when the other side ends the connection within the time.
  bool ends_within(std::chrono::milliseconds time);
  void shutdown_send();
  void close();
  /// Closes with RST.
  void reset();
  /// A small receive buffer, so that a sender soon has to wait.
  void shrink_receive_buffer();

 private:
  bool read_more();
  long receive(char* data, std::size_t size);
  int fd_ = -1;
  ssl_st* tls_ = nullptr;
  std::string pending_;
  Ending ending_ = Ending::fin;
};

/// A request or response as text.
struct RawMessage {
  std::string head;  ///< with the blank line
  std::string body;
};

/// Reads one message whose body has a content-length or none.
RawMessage read_message(TestSocket& socket);

}  // namespace llmgw::test
