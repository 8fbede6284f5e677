#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/health/facts.h"
#include "core/net/foreground.h"
#include "support/loop.h"

/// A server that answers by path, without sockets and without time.
namespace path_server {

using namespace llmgw;

inline health::Reply answer(int status, std::string_view body) {
  health::Reply reply;
  reply.status = status;
  reply.body = std::string(body);
  return reply;
}

/// A whole answer that is there at once.
class Stream final : public net::HttpStream {
 public:
  explicit Stream(health::Reply reply) : reply_(std::move(reply)) {
    head_.status = reply_.status;
    head_.headers = reply_.headers;
  }
  net::Task<Result<bool>> await_head(net::milliseconds) override { co_return true; }
  [[nodiscard]] const http::ResponseHead& head() const override { return head_; }
  [[nodiscard]] std::int64_t sent_ns() const override { return 0; }
  net::Task<Result<net::Chunk>> next(net::milliseconds) override {
    net::Chunk chunk;
    if (!std::exchange(read_, true)) {
      chunk.kind = net::Chunk::Kind::data;
      chunk.bytes = reply_.body;
    }
    co_return chunk;
  }

 private:
  health::Reply reply_;
  http::ResponseHead head_;
  bool read_ = false;
};

/// A part of a streamed body, and the time before it.
struct Piece {
  std::chrono::milliseconds wait{0};
  std::string bytes;
};

/// An answer that comes in pieces, each at its time on the clock.
class PieceStream final : public net::HttpStream {
 public:
  PieceStream(ManualClock& clock, std::vector<Piece> pieces, std::size_t& left)
      : clock_(clock), pieces_(std::move(pieces)), left_(left) {
    head_.status = 200;
    head_.headers.set("content-type", "text/event-stream; charset=utf-8");
  }
  ~PieceStream() override { left_ += next_ < pieces_.size() ? 1 : 0; }
  PieceStream(const PieceStream&) = delete;
  PieceStream& operator=(const PieceStream&) = delete;
  net::Task<Result<bool>> await_head(net::milliseconds) override { co_return true; }
  [[nodiscard]] const http::ResponseHead& head() const override { return head_; }
  [[nodiscard]] std::int64_t sent_ns() const override { return 0; }
  net::Task<Result<net::Chunk>> next(net::milliseconds) override {
    net::Chunk chunk;
    if (next_ == pieces_.size()) co_return chunk;
    clock_.advance(pieces_[next_].wait);
    chunk.kind = net::Chunk::Kind::data;
    chunk.bytes = pieces_[next_++].bytes;
    co_return chunk;
  }

 private:
  ManualClock& clock_;
  std::vector<Piece> pieces_;
  std::size_t& left_;
  http::ResponseHead head_;
  std::size_t next_ = 0;
};

/// Answers by path; what it does not know is 404. Time passes only in pauses and by `slow`.
class Server final : public net::ClientRoom, public net::HttpClient {
 public:
  std::map<std::string, std::vector<health::Reply>> replies;  ///< the last one is given again and again
  std::map<std::string, std::vector<Piece>> streams;          ///< what a request for a stream gets instead
  std::size_t left = 0;                                       ///< streams that were closed before their end
  std::vector<net::HttpRequest> requests;
  std::function<void()> on_request;  ///< called as each request comes; may be empty
  std::chrono::milliseconds slow{0};
  std::vector<std::string> known_addresses;  ///< of every name; empty: the name itself
  ManualClock clock;

  net::HttpClient& client() override { return *this; }
  net::Task<Result<std::vector<std::string>>> addresses(std::string host) override {
    auto found = known_addresses;
    if (found.empty()) found.push_back(std::move(host));
    co_return found;
  }
  net::Task<bool> pause(net::milliseconds time) override {
    clock.advance(time);
    co_return true;
  }
  net::Task<Result<std::unique_ptr<net::HttpStream>>> open(net::HttpRequest request) override {
    clock.advance(slow);
    requests.push_back(request);
    if (on_request) on_request();
    const auto streamed = streams.find(request.message.target);
    if (streamed != streams.end() && request.message.body.contains("\"stream\":true")) {
      co_return std::make_unique<PieceStream>(clock, streamed->second, left);
    }
    auto& list = replies[request.message.target];
    if (list.empty()) list.push_back(answer(404, "no such path"));
    auto reply = list.front();
    if (list.size() > 1) list.erase(list.begin());
    if (!request.message.headers.contains("authorization") && needs_key && request.message.target == "/v1/models") {
      reply = answer(401, "{}");
    }
    if (reply.error) co_return std::unexpected(*reply.error);
    co_return std::make_unique<Stream>(std::move(reply));
  }
  bool needs_key = false;

  /// For `Context::run_client`.
  Result<int> work(const net::ClientWork& work) {
    boost::asio::io_context io(1);
    boost::asio::co_spawn(io, work(*this), [](std::exception_ptr problem) {
      if (problem) std::rethrow_exception(problem);
    });
    io.run();
    return 0;
  }
  [[nodiscard]] std::size_t count(std::string_view path) const {
    std::size_t number = 0;
    for (const auto& request : requests) number += request.message.target == path ? 1 : 0;
    return number;
  }
};

/// A vLLM server with one model that is well.
inline Server vllm() {
  Server server;
  server.replies["/health"] = {answer(200, "")};
  server.replies["/version"] = {answer(200, R"({"version":"0.24.1"})")};
  server.replies["/v1/models"] = {answer(200, R"({"data":[{"id":"m","max_model_len":4096}]})")};
  server.replies["/metrics"] = {answer(200,
                                       "vllm:num_requests_running 1\nvllm:num_requests_waiting 0\n"
                                       "vllm:kv_cache_usage_perc 0.25\nvllm:num_preemptions_total 0\n")};
  return server;
}

}  // namespace path_server
