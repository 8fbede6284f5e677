#include "proxy/server/acceptor.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cerrno>
#include <cstring>

#include "core/http/writer.h"

namespace llmgw::server {
namespace accepting {

constexpr int per_turn = 64;                     // connections taken before other work has its turn
constexpr milliseconds without_descriptors{50};  // before trying again after EMFILE

namespace ip = boost::asio::ip;

/// The address in its shortest form; an IPv4 client of an IPv6 socket shows as IPv4.
ip::address address_of(const sockaddr_storage& from) {
  if (from.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &from, sizeof v4);
    return ip::make_address_v4(ntohl(v4.sin_addr.s_addr));
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &from, sizeof v6);
  ip::address_v6::bytes_type bytes;
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  const ip::address_v6 address(bytes, v6.sin6_scope_id);
  if (address.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address);
  return address;
}

Peer peer_of(const sockaddr_storage& from) {
  if (from.ss_family == AF_UNIX) return Peer("unix", true);
  const ip::address address = address_of(from);
  return Peer(address.to_string(), address.is_loopback());
}

}  // namespace accepting

Acceptor::Acceptor(std::shared_ptr<ConnectionContext> context, ListenSocket socket)
    : context_(std::move(context)),
      listener_(std::move(socket)),
      descriptor_(context_->io, listener_.release()),
      timer_(context_->io) {}

void Acceptor::start() {
  descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [self = shared_from_this()](const boost::system::error_code& error) {
                           if (error || !self->descriptor_.is_open()) return;
                           if (self->accept_waiting()) return self->start();
                           self->pause();
                         });
}

void Acceptor::stop() {
  boost::system::error_code ignored;
  descriptor_.close(ignored);
  timer_.cancel();
}

bool Acceptor::accept_waiting() {
  for (int taken = 0; taken < accepting::per_turn; ++taken) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const int fd =
        ::accept4(descriptor_.native_handle(), reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
      admit(fd, from);
    else if (errno == EAGAIN || errno == EWOULDBLOCK)
      return true;
    else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      return false;
    // Anything else concerns a connection that failed while it waited (accept(2)); the next one may be fine.
  }
  return true;
}

void Acceptor::pause() {
  timer_.expires_after(accepting::without_descriptors);
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && self->descriptor_.is_open()) self->start();
  });
}

void Acceptor::admit(int fd, const sockaddr_storage& from) {
  const int family = from.ss_family;
  net::Socket socket(context_->io);
  boost::system::error_code error;
  socket.assign(boost::asio::generic::stream_protocol(family, family == AF_UNIX ? 0 : IPPROTO_TCP), fd, error);
  if (error) {
    ::close(fd);
    return;
  }
  ++context_->counters.accepted;
  const Peer peer = accepting::peer_of(from);
  if (context_->open.size() >= context_->options.max_connections) return refuse(std::move(socket), peer);
  std::make_shared<Connection>(context_, std::move(socket), peer)->start();
}

// Said without waiting for the request: a server that is full must not spend more on this client.
void Acceptor::refuse(net::Socket socket, const Peer& peer) {
  ++context_->counters.refused;
  Error error;
  error.code = Errc::overloaded;
  error.message = "too many connections; try again in a moment";
  const std::string body = context_->handler.no_room_body(error, peer);
  http::ResponseHead head;
  head.status = 503;
  head.keep_alive = false;
  head.headers.add("content-type", "application/json");
  head.headers.add("retry-after", "1");
  std::string out;
  http::append_response_head(out, head, http::Framing::content_length, body.size());
  out += body;
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(boost::asio::buffer(out), ignored);
  socket.shutdown(net::Socket::shutdown_send, ignored);
}

}  // namespace llmgw::server
