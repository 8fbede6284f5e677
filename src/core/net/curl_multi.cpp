#include "core/net/curl_multi.h"

#include <sys/epoll.h>

#include <array>

#include "core/net/curl_library.h"
#include "core/net/sigpipe_guard.h"

namespace llmgw::net {

CurlMulti::CurlMulti(boost::asio::io_context& io) : io_(io), epoll_(io, ::epoll_create1(EPOLL_CLOEXEC)), timer_(io) {
  curl().global_init(CURL_GLOBAL_DEFAULT);  // counted and thread-safe since libcurl 7.84
  multi_ = curl().multi_init();
  curl().multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION,
                      static_cast<curl_socket_callback>([](CURL*, curl_socket_t fd, int what, void* self, void* known) {
                        static_cast<CurlMulti*>(self)->on_socket(fd, what, known != nullptr);
                        return 0;
                      }));
  curl().multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl().multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlMulti::on_timer);
  curl().multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl().multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 512L);
}

CurlMulti::~CurlMulti() {
  timer_.cancel();
  const SigpipeGuard guard;
  curl().multi_cleanup(multi_);
  curl().global_cleanup();
}

bool CurlMulti::add(CURL* easy, CurlTransfer* transfer) {
  curl().easy_setopt(easy, CURLOPT_PRIVATE, transfer);
  if (curl().multi_add_handle(multi_, easy) != CURLM_OK) return false;
  ++transfers_;
  watch();
  return true;
}

void CurlMulti::resume(CURL* easy) {
  const SigpipeGuard guard;
  curl().easy_pause(easy, CURLPAUSE_CONT);
}

void CurlMulti::remove(CURL* easy) {
  const SigpipeGuard guard;
  curl().multi_remove_handle(multi_, easy);
  // Without transfers nothing is watched, so that an io_context with nothing else to do can end.
  if (--transfers_ > 0) return;
  boost::system::error_code ignored;
  epoll_.cancel(ignored);
  timer_.cancel();
}

void CurlMulti::on_socket(curl_socket_t fd, int what, bool known) {
  const int set = epoll_.native_handle();
  if (what == CURL_POLL_REMOVE) {
    ::epoll_ctl(set, EPOLL_CTL_DEL, fd, nullptr);
    return;
  }
  epoll_event event{};
  event.data.fd = fd;
  if ((what & CURL_POLL_IN) != 0) event.events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) event.events |= EPOLLOUT;
  // A descriptor number that was closed and used again may be known to one side only.
  if (::epoll_ctl(set, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0)
    ::epoll_ctl(set, known ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
  curl().multi_assign(multi_, fd, this);  // any value but null: it is in the set now
}

int CurlMulti::on_timer(CURLM*, long wait_ms, void* self) {
  auto& multi = *static_cast<CurlMulti*>(self);
  if (wait_ms < 0) {
    multi.timer_.cancel();
    return 0;
  }
  multi.timer_.expires_after(std::chrono::milliseconds(wait_ms));
  multi.timer_.async_wait([weak = multi.weak_from_this()](const boost::system::error_code& error) {
    const auto self_again = weak.lock();
    if (!error && self_again) self_again->act(CURL_SOCKET_TIMEOUT, 0);
  });
  return 0;
}

void CurlMulti::watch() {
  if (watching_ || transfers_ == 0) return;
  watching_ = true;
  epoll_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [weak = weak_from_this()](const boost::system::error_code& error) {
                      const auto self = weak.lock();
                      if (!self) return;
                      self->watching_ = false;
                      if (!error) self->act_on_ready();
                      self->watch();
                    });
}

void CurlMulti::act_on_ready() {
  std::array<epoll_event, 64> ready;
  const int count = ::epoll_wait(epoll_.native_handle(), ready.data(), static_cast<int>(ready.size()), 0);
  for (int i = 0; i < count; ++i) {
    const auto& event = ready[static_cast<std::size_t>(i)];
    int events = 0;
    if ((event.events & EPOLLIN) != 0) events |= CURL_CSELECT_IN;
    if ((event.events & EPOLLOUT) != 0) events |= CURL_CSELECT_OUT;
    if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) events |= CURL_CSELECT_ERR;
    act(event.data.fd, events);
  }
}

void CurlMulti::act(curl_socket_t fd, int events) {
  const SigpipeGuard guard;
  int running = 0;
  curl().multi_socket_action(multi_, fd, events, &running);
  int waiting = 0;
  while (CURLMsg* message = curl().multi_info_read(multi_, &waiting)) {
    if (message->msg != CURLMSG_DONE) continue;
    char* transfer = nullptr;
    curl().easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    if (transfer != nullptr) reinterpret_cast<CurlTransfer*>(transfer)->ended(message->data.result);
  }
}

}  // namespace llmgw::net
