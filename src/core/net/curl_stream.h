#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "core/http/inflate.h"
#include "core/net/client.h"
#include "core/net/curl_multi.h"

namespace llmgw::net {

/// One exchange through libcurl.
class CurlStream final : public HttpStream, private CurlTransfer {
 public:
  CurlStream(std::shared_ptr<CurlMulti> multi, HttpRequest request);
  ~CurlStream() override;
  CurlStream(const CurlStream&) = delete;
  CurlStream& operator=(const CurlStream&) = delete;

  Result<> start(const ClientOptions& options);
  Task<Result<bool>> await_head(milliseconds patience) override;
  [[nodiscard]] const http::ResponseHead& head() const override { return head_; }
  Task<Result<Chunk>> next(milliseconds patience) override;
  [[nodiscard]] std::int64_t sent_ns() const override { return sent_ns_; }

 private:
  void ended(CURLcode result) override;
  static std::size_t on_header(char* data, std::size_t one, std::size_t size, void* self);
  static std::size_t on_body(char* data, std::size_t one, std::size_t size, void* self);
  bool take_header(std::string_view line);

  void set_request();
  void set_transport(const ClientOptions& options);
  Result<bool> use_head();
  Result<> take_received();
  Task<Result<bool>> wait(SteadyTime limit, SteadyTime patience_end);
  [[nodiscard]] std::unexpected<Error> failure() const;

  std::shared_ptr<CurlMulti> multi_;
  HttpRequest request_;
  CURL* easy_;
  curl_slist* headers_ = nullptr;
  curl_slist* route_ = nullptr;  ///< the address to connect to
  std::array<char, CURL_ERROR_SIZE> explanation_{};
  Event progress_;
  http::ResponseHead head_;
  std::size_t head_bytes_ = 0;
  std::int64_t sent_ns_ = 0;  ///< when the connection was there, just before the request
  std::optional<http::Inflater> inflater_;
  std::string received_;  ///< body bytes as they came
  std::string given_;     ///< what the caller looks at
  std::optional<CURLcode> result_;
  SteadyTime total_end_;
  SteadyTime head_end_;
  std::optional<SteadyTime> idle_end_;  // of a wait for the body that patience interrupted
  bool added_ = false;
  bool paused_ = false;
  bool head_complete_ = false;
  bool headed_ = false;  ///< the caller knows the head
};

}  // namespace llmgw::net
