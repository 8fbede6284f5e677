#include "support/scripted_upstream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <utility>

namespace llmgw::test {
namespace scripted {

std::size_t content_length(const std::string& head) {
  const auto* at = strcasestr(head.c_str(), "\r\ncontent-length:");
  return at == nullptr ? 0 : std::strtoul(at + 17, nullptr, 10);
}

}  // namespace scripted

ScriptedUpstream::ScriptedUpstream(Script script) : script_(std::move(script)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool listening = bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                         listen(listener_, 64) == 0 &&
                         getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  if (!listening) throw std::runtime_error("scripted upstream: cannot listen");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedUpstream::~ScriptedUpstream() {
  stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  for (auto& thread : threads_) thread.join();
}

void ScriptedUpstream::accept_all() {
  while (!stopping_) {
    const int fd = accept(listener_, nullptr, nullptr);
    if (fd < 0) continue;
    threads_.emplace_back([this, fd] { serve(Socket(fd)); });
  }
}

void ScriptedUpstream::serve(Socket connection) {
  std::string in;
  while (!stopping_) {
    const auto end = in.find("\r\n\r\n");
    const auto length = end == std::string::npos ? 0 : scripted::content_length(in.substr(0, end + 4));
    if (end == std::string::npos || in.size() < end + 4 + length) {
      const auto more = connection.read(std::chrono::milliseconds(50));
      if (more && more->empty()) return;
      if (more) in += *more;
      continue;
    }
    int number = 0;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(in.substr(0, end + 4 + length));
      number = static_cast<int>(requests_.size()) - 1;
    }
    arrived_.notify_all();
    Request request{in.substr(0, end + 4), in.substr(end + 4, length), connection, number};
    in.erase(0, end + 4 + length);
    if (!script_(request)) return;
  }
}

std::vector<std::string> ScriptedUpstream::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool ScriptedUpstream::wait_requests(std::size_t count) const {
  std::unique_lock lock(mutex_);
  return arrived_.wait_for(lock, patience, [&] { return requests_.size() >= count; });
}

std::string http_answer(int status, std::string_view content_type, std::string_view body,
                        std::string_view more_headers) {
  std::string out = "HTTP/1.1 " + std::to_string(status) + " Status\r\n";
  if (!content_type.empty()) out += "content-type: " + std::string(content_type) + "\r\n";
  out += more_headers;
  out += "content-length: " + std::to_string(body.size()) + "\r\n\r\n";
  return out + std::string(body);
}

std::string stream_head() { return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"; }

ScriptedUpstream::Script always(std::string bytes) {
  return [bytes = std::move(bytes)](ScriptedUpstream::Request& request) { return request.connection.send(bytes); };
}

ScriptedUpstream::Script then_close(std::string bytes) {
  return [bytes = std::move(bytes)](ScriptedUpstream::Request& request) {
    request.connection.send(bytes);
    return false;
  };
}

}  // namespace llmgw::test
