#include "support/fake_upstream.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <exception>
#include <stdexcept>

#include "core/net/sigpipe_guard.h"

namespace llmgw::test {

FakeUpstream::FakeUpstream(Script script) : script_(std::move(script)) {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd_, 128) != 0 ||
      ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("the fake upstream cannot listen");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

FakeUpstream::FakeUpstream(const std::string& unix_path, Script script)
    : script_(std::move(script)), unix_path_(unix_path) {
  fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(fd_, 128) != 0)
    throw std::runtime_error("the fake upstream cannot listen");
  acceptor_ = std::thread([this] { accept_all(); });
}

FakeUpstream::~FakeUpstream() {
  ::shutdown(fd_, SHUT_RDWR);  // wakes accept
  acceptor_.join();
  ::close(fd_);
  for (auto& script : scripts_) script.join();
  if (!unix_path_.empty()) ::unlink(unix_path_.c_str());
}

net::Endpoint FakeUpstream::endpoint() const {
  net::Endpoint endpoint;
  endpoint.host = unix_path_.empty() ? "127.0.0.1" : "localhost";
  endpoint.port = port_;
  endpoint.unix_path = unix_path_;
  return endpoint;
}

std::string FakeUpstream::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void FakeUpstream::accept_all() {
  for (;;) {
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    scripts_.emplace_back(&FakeUpstream::run_script, this, TestSocket(fd), connections_++);
  }
}

void FakeUpstream::run_script(TestSocket socket, int number) {
  const net::SigpipeGuard guard;  // OpenSSL's writes to a client that has left
  try {
    script_(socket, number);
  } catch (const std::exception& error) {
    const std::lock_guard lock(mutex_);
    failure_ = error.what();
  }
}

}  // namespace llmgw::test
