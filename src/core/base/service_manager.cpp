#include "core/base/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace llmgw {
namespace service_manager {

std::optional<std::int64_t> number(const Env& env, std::string_view name) {
  const auto text = env.non_empty(name);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (problem != std::errc{} || end != text->data() + text->size() || value <= 0) return std::nullopt;
  return value;
}

std::string socket_of(const Env& env) {
  auto path = env.non_empty("NOTIFY_SOCKET").value_or("");
  const bool usable = path.starts_with('/') || path.starts_with('@');
  if (!usable || path.size() < 2 || path.size() >= sizeof(sockaddr_un{}.sun_path)) return {};
  return path;
}

}  // namespace service_manager

ServiceManager::ServiceManager(const Env& env, std::int64_t pid) : socket_(service_manager::socket_of(env)) {
  const auto wait_us = service_manager::number(env, "WATCHDOG_USEC");
  const auto whose = service_manager::number(env, "WATCHDOG_PID");
  if (socket_.empty() || !wait_us || (whose && *whose != pid)) return;
  alive_every_ = std::chrono::microseconds(std::max<std::int64_t>(*wait_us / 2, 1));
}

void ServiceManager::reloading(std::int64_t monotonic_us) const {
  send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_us));
}

void ServiceManager::status(std::string_view line) const {
  // A line feed would begin another assignment.
  std::string text = "STATUS=" + std::string(line);
  std::ranges::replace(text, '\n', ' ');
  send(text);
}

void ServiceManager::send(std::string_view message) const {
  if (socket_.empty()) return;
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_.copy(address.sun_path, sizeof address.sun_path - 1);
  if (socket_.front() == '@') address.sun_path[0] = '\0';  // unix(7): abstract names begin with a zero byte
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const auto sent =
      ::sendto(fd, message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), size);
  (void)sent;  // nobody to tell: the manager is the one who would hear of it
  ::close(fd);
}

}  // namespace llmgw
