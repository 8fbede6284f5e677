#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/http/inflate.h"
#include "core/net/native_client.h"

namespace llmgw::net {

/// One exchange of the native client.
class NativeStream final : public HttpStream {
 public:
  NativeStream(std::shared_ptr<NativeClient::Shared> shared, HttpRequest&& request);
  /// Gives the connection back when the exchange is complete, closes it otherwise.
  ~NativeStream() override;

  /// Sends the request on a pooled connection if one is there and takes it whole, which is the common case and needs
  /// no coroutine. False: `start` goes on from here.
  bool send_at_once();
  /// Opens a connection where there is none, and sends what is left of the request.
  Task<Result<>> start();
  Task<Result<bool>> await_head(milliseconds patience) override;
  [[nodiscard]] const http::ResponseHead& head() const override { return connection_->parser.head(); }
  std::optional<Result<Chunk>> ready() override;
  Task<Result<Chunk>> next(milliseconds patience) override;
  [[nodiscard]] std::int64_t sent_ns() const override { return sent_ns_; }

 private:
  enum class Got { bytes, idle, closed };
  enum class Early { nothing, answer, gone };
  enum class Sent { some, all, blocked, answered, failed };

  Task<Result<>> connect_fresh();
  void begin_request();
  Task<Result<>> send();
  Task<Result<>> retry_fresh();
  Sent send_some();
  Early take_early_answer();

  std::optional<Result<Chunk>> take_ready();
  /// Where the next read goes; its time limits begin to count.
  boost::asio::mutable_buffer room(SteadyTime limit, SteadyTime patience_end);
  /// What the read brought.
  Result<Got> judge(const boost::system::error_code& error, std::size_t size);
  Result<> feed();
  Result<> use_head();
  Result<> use_end();
  Result<> inflate_body();

  [[nodiscard]] bool may_retry() const;
  [[nodiscard]] std::string name() const;
  [[nodiscard]] std::unexpected<Error> late(std::string_view what) const;
  std::unexpected<Error> broken(std::string_view how);

  // What every read of a body needs stands first and together.
  std::unique_ptr<Connection> connection_;
  const milliseconds idle_limit_;
  const SteadyTime total_end_;
  SteadyTime read_end_ = never;         ///< the limit of the read under way
  std::optional<SteadyTime> idle_end_;  ///< of a wait for the body that patience interrupted
  std::optional<http::Inflater> inflater_;
  std::string plain_;         ///< inflated bytes of the last chunk
  std::size_t received_ = 0;  ///< bytes in the connection's buffer after a read
  bool body_seen_ = false;    ///< the caller has been given the bytes in `connection_->body`
  bool reusable_ = true;      ///< nothing has happened that makes the connection unfit
  bool was_reset_ = false;    ///< the connection ended, and not in order
  bool sent_ = false;         ///< the whole request has left
  bool retried_ = false;
  bool headed_ = false;

  std::shared_ptr<NativeClient::Shared> shared_;
  HttpRequest request_;
  SteadyTime head_end_ = never;
  std::string_view rest_;  ///< of the request's body, what does not stand behind the head
  std::size_t sent_bytes_ = 0;
  std::int64_t sent_ns_ = 0;    ///< just before the last write
  std::optional<Error> fault_;  ///< of an early answer; reported when the head is awaited
};

}  // namespace llmgw::net
