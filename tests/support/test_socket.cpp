#include "support/test_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace llmgw::test {
namespace test_socket {

void check(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(std::string(what) + " failed, errno " + std::to_string(errno));
}

}  // namespace test_socket

TestSocket::TestSocket(int fd) : fd_(fd) {
  test_socket::check(fd >= 0, "socket");
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

TestSocket::TestSocket(TestSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      tls_(std::exchange(other.tls_, nullptr)),
      pending_(std::move(other.pending_)),
      ending_(other.ending_) {}

TestSocket& TestSocket::operator=(TestSocket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(tls_, other.tls_);
  std::swap(pending_, other.pending_);
  std::swap(ending_, other.ending_);
  return *this;
}

TestSocket::~TestSocket() { close(); }

TestSocket TestSocket::connect_tcp(std::uint16_t port, const char* address) {
  if (std::string_view(address).find(':') != std::string_view::npos) {
    TestSocket socket(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_port = htons(port);
    ::inet_pton(AF_INET6, address, &to.sin6_addr);
    test_socket::check(::connect(socket.fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0, "connect");
    return socket;
  }
  TestSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  ::inet_pton(AF_INET, address, &to.sin_addr);
  test_socket::check(::connect(socket.fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0, "connect");
  return socket;
}

TestSocket TestSocket::connect_unix(const std::string& path) {
  TestSocket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  path.copy(to.sun_path, sizeof to.sun_path - 1);
  test_socket::check(::connect(socket.fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0, "connect");
  return socket;
}

void TestSocket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ == nullptr ? ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                                      : SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()));
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool TestSocket::accept_tls(ssl_ctx_st* context) {
  tls_ = SSL_new(context);
  SSL_set_fd(tls_, fd_);
  if (SSL_accept(tls_) == 1) return true;
  SSL_free(std::exchange(tls_, nullptr));  // what follows is read as it comes
  return false;
}

long TestSocket::receive(char* data, std::size_t size) {
  if (tls_ == nullptr) return ::recv(fd_, data, size, 0);
  errno = 0;
  return SSL_read(tls_, data, static_cast<int>(size));
}

bool TestSocket::read_more() {
  std::array<char, 65536> buffer;
  const auto size = receive(buffer.data(), buffer.size());
  if (size > 0) {
    pending_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
  }
  if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) throw std::runtime_error("nothing came for ten seconds");
  ending_ = size == 0 ? Ending::fin : Ending::reset;
  return false;
}

std::string TestSocket::read_until(std::string_view mark) {
  for (;;) {
    const auto at = pending_.find(mark);
    if (at != std::string::npos) {
      std::string text = pending_.substr(0, at + mark.size());
      pending_.erase(0, text.size());
      return text;
    }
    if (!read_more()) throw std::runtime_error("the connection ended; before that came: " + pending_);
  }
}

std::string TestSocket::read_exact(std::size_t size) {
  while (pending_.size() < size)
    if (!read_more()) throw std::runtime_error("the connection ended; before that came: " + pending_);
  std::string text = pending_.substr(0, size);
  pending_.erase(0, size);
  return text;
}

std::string TestSocket::read_to_end() {
  while (read_more()) continue;
  return std::exchange(pending_, {});
}

Ending TestSocket::wait_end() {
  do pending_.clear();
  while (read_more());
  return ending_;
}

bool TestSocket::ends_within(std::chrono::milliseconds time) {
  pollfd wanted{.fd = fd_, .events = POLLIN, .revents = 0};
  return ::poll(&wanted, 1, static_cast<int>(time.count())) > 0 && !read_more();
}

void TestSocket::shutdown_send() { ::shutdown(fd_, SHUT_WR); }

void TestSocket::close() {
  SSL_free(std::exchange(tls_, nullptr));
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void TestSocket::reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

void TestSocket::shrink_receive_buffer() {
  const int size = 4096;
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

RawMessage read_message(TestSocket& socket) {
  RawMessage message;
  message.head = socket.read_until("\r\n\r\n");
  std::string lower = message.head;
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  const auto at = lower.find("\r\ncontent-length:");
  if (at != std::string::npos) message.body = socket.read_exact(std::stoul(lower.substr(at + 17)));
  return message;
}

}  // namespace llmgw::test
