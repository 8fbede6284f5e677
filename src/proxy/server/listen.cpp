#include "proxy/server/listen.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace llmgw::server {
namespace listening {

constexpr int backlog = 1024;

/// A socket address of any family.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

std::string shown(const ListenAddress& address) {
  if (!address.unix_path.empty()) return "unix:" + address.unix_path;
  const bool v6 = address.host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", address.host, address.port) : fmt::format("{}:{}", address.host, address.port);
}

std::unexpected<Error> cannot_listen(const ListenAddress& address, int error) {
  if (error == EADDRINUSE)
    return fail(Errc::network, fmt::format("cannot listen on {}: it is in use by another program; stop that one or "
                                           "choose another address with --listen",
                                           shown(address)));
  return fail(Errc::network, fmt::format("cannot listen on {}: {}", shown(address), std::strerror(error)));
}

Result<Address> resolve(const ListenAddress& wanted) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  const std::string host = wanted.host == "localhost" ? "127.0.0.1" : wanted.host;
  addrinfo* raw = nullptr;
  const int status = ::getaddrinfo(host.c_str(), fmt::to_string(wanted.port).c_str(), &hints, &raw);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> found(raw, &::freeaddrinfo);
  if (status != 0)
    return fail(Errc::network, fmt::format("cannot listen on {}: {}", shown(wanted), ::gai_strerror(status)));
  Address address;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.size = found->ai_addrlen;
  return address;
}

int stream_socket(int family) { return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

bool set_option(int fd, int level, int option) {
  const int on = 1;
  return ::setsockopt(fd, level, option, &on, sizeof on) == 0;
}

/// The port the kernel gave.
std::uint16_t bound_port(int fd) {
  Address address;
  address.size = sizeof address.storage;
  if (::getsockname(fd, address.get(), &address.size) != 0) return 0;
  if (address.storage.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_port);
}

sockaddr_un unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

/// True when the file is a socket on which nobody listens any more.
bool is_stale(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const int fd = stream_socket(AF_UNIX);
  if (fd < 0) return false;
  const sockaddr_un address = unix_address(path);
  const int connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const bool refused = connected != 0 && errno == ECONNREFUSED;
  ::close(fd);
  return refused;
}

}  // namespace listening

ListenSocket::ListenSocket(int fd, ListenAddress address, bool owns_path)
    : fd_(fd), address_(std::move(address)), owns_path_(owns_path) {}

ListenSocket::ListenSocket(ListenSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      address_(std::move(other.address_)),
      owns_path_(std::exchange(other.owns_path_, false)) {}

ListenSocket& ListenSocket::operator=(ListenSocket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(address_, other.address_);
  std::swap(owns_path_, other.owns_path_);
  return *this;
}

ListenSocket::~ListenSocket() {
  if (fd_ >= 0) ::close(fd_);
  if (owns_path_) ::unlink(address_.unix_path.c_str());
}

Result<ListenSocket> ListenSocket::open(const ListenAddress& address) {
  return address.unix_path.empty() ? open_tcp(address, false) : open_unix(address);
}

// SO_REUSEPORT would let a second program of this user bind the same port and take half of the connections, so the
// first socket binds without it. Setting it afterwards lets `share` bind more (socket(7): all of them need it).
Result<ListenSocket> ListenSocket::open_tcp(const ListenAddress& address, bool shared) {
  using namespace listening;
  TRY(const Address where, resolve(address));
  ListenSocket result(stream_socket(where.storage.ss_family), address, false);
  const int fd = result.fd_;
  if (fd < 0) return cannot_listen(address, errno);
  // Old connections in TIME_WAIT must not keep a restarted server from its port.
  bool ready = set_option(fd, SOL_SOCKET, SO_REUSEADDR);
  if (where.storage.ss_family == AF_INET6) ready = ready && set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
  if (shared) ready = ready && set_option(fd, SOL_SOCKET, SO_REUSEPORT);
  ready = ready && ::bind(fd, where.get(), where.size) == 0 && ::listen(fd, backlog) == 0;
  if (!shared) ready = ready && set_option(fd, SOL_SOCKET, SO_REUSEPORT);
  if (!ready) return cannot_listen(address, errno);
  result.address_.port = bound_port(fd);
  return result;
}

Result<ListenSocket> ListenSocket::open_unix(const ListenAddress& address) {
  using namespace listening;
  const sockaddr_un where = unix_address(address.unix_path);
  if (address.unix_path.size() >= sizeof where.sun_path) return cannot_listen(address, ENAMETOOLONG);
  if (is_stale(address.unix_path)) ::unlink(address.unix_path.c_str());
  ListenSocket result(stream_socket(AF_UNIX), address, false);
  if (result.fd_ < 0) return cannot_listen(address, errno);
  if (::bind(result.fd_, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
    return cannot_listen(address, errno);
  result.owns_path_ = true;
  // Nobody can connect before listen, so there is no moment in which others could.
  if (::chmod(address.unix_path.c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(result.fd_, backlog) != 0)
    return cannot_listen(address, errno);
  return result;
}

Result<ListenSocket> ListenSocket::share() const {
  if (address_.unix_path.empty()) return open_tcp(address_, true);
  const int fd = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return listening::cannot_listen(address_, errno);
  return ListenSocket(fd, address_, false);
}

std::string ListenSocket::url() const {
  return address_.unix_path.empty() ? "http://" + listening::shown(address_) : listening::shown(address_);
}

int ListenSocket::release() { return std::exchange(fd_, -1); }

}  // namespace llmgw::server
