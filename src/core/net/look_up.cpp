#include "core/net/look_up.h"

#include <netdb.h>

#include <algorithm>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace llmgw::net {

namespace asio = boost::asio;

namespace looking_up {

/// The way back from a look-up's thread to the io_context, which may go first.
class WayBack {
 public:
  explicit WayBack(asio::io_context& io) : io_(&io) {}

  void post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (io_ != nullptr) asio::post(*io_, std::move(work));
  }

  void close() {
    const std::lock_guard lock(mutex_);
    io_ = nullptr;
  }

 private:
  std::mutex mutex_;
  asio::io_context* io_;
};

/// Closes an io_context's way back while its queue still stands.
class WaysBack final : public asio::execution_context::service {
 public:
  using key_type = WaysBack;
  inline static const asio::execution_context::id id{};
  explicit WaysBack(asio::execution_context& context)
      : service(context), way(std::make_shared<WayBack>(static_cast<asio::io_context&>(context))) {}

  const std::shared_ptr<WayBack> way;

 private:
  void shutdown() override { way->close(); }
};

/// Signals are for the threads that expect them.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

asio::ip::address address_of(const sockaddr& socket_address, std::size_t size) {
  asio::ip::tcp::endpoint endpoint;
  std::memcpy(endpoint.data(), &socket_address, std::min(size, endpoint.capacity()));
  return endpoint.address();
}

}  // namespace looking_up

Found ask_system(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  Found found;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (error != 0) {
    found.failure = error == EAI_SYSTEM ? std::generic_category().message(errno) : ::gai_strerror(error);
    found.no_such = error == EAI_NONAME || error == EAI_NODATA;
    return found;
  }
  for (const auto* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family == AF_INET || entry->ai_family == AF_INET6)
      found.addresses.push_back(looking_up::address_of(*entry->ai_addr, entry->ai_addrlen));
  }
  ::freeaddrinfo(list);
  if (found.addresses.empty()) found.failure = "no address";
  return found;
}

void look_up(asio::io_context& io, const LookUp& ask, const std::string& host, std::function<void(Found)> done) {
  const auto way = asio::use_service<looking_up::WaysBack>(io).way;
  const auto work = [way, ask, host, done] {
    looking_up::block_signals();
    way->post([done, found = ask(host)] { done(found); });
  };
  try {
    std::thread(work).detach();
  } catch (const std::system_error& error) {
    way->post([done = std::move(done), why = std::string(error.what())] { done({{}, why}); });
  }
}

}  // namespace llmgw::net
