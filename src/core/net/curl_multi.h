#pragma once

#include <curl/curl.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>

#include "core/net/event.h"

namespace llmgw::net {

/// One transfer of libcurl, told when it has ended.
class CurlTransfer {
 public:
  virtual ~CurlTransfer() = default;
  /// Called from inside libcurl: must not call it back.
  virtual void ended(CURLcode result) = 0;
};

/// libcurl's multi interface inside an io_context. All its sockets sit in one epoll set, and the io_context watches
/// that set's own descriptor; so libcurl may open, close and reuse descriptors without Asio's knowledge.
class CurlMulti : public std::enable_shared_from_this<CurlMulti> {
 public:
  explicit CurlMulti(boost::asio::io_context& io);
  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  /// Starts a transfer; CURLOPT_PRIVATE of the handle is set to it.
  bool add(CURL* easy, CurlTransfer* transfer);
  /// Lets a paused transfer go on.
  void resume(CURL* easy);
  /// Stops a transfer; an unfinished one loses its connection or HTTP/2 stream at once.
  void remove(CURL* easy);
  [[nodiscard]] boost::asio::io_context& io() { return io_; }

 private:
  void on_socket(curl_socket_t fd, int what, bool known);
  static int on_timer(CURLM* multi, long wait_ms, void* self);
  void watch();
  void act_on_ready();
  void act(curl_socket_t fd, int events);

  boost::asio::io_context& io_;
  CURLM* multi_ = nullptr;
  boost::asio::posix::stream_descriptor epoll_;
  boost::asio::steady_timer timer_;
  int transfers_ = 0;
  bool watching_ = false;
};

}  // namespace llmgw::net
