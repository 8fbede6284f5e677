#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/net/foreground.h"

/// A server that plays prepared replies, without sockets and without time.
namespace fake {

/// One reply: a head and the pieces of its body, then its end, or a broken connection.
struct Reply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::vector<std::string> pieces = {};
  std::int64_t sent_ns = 0;                  ///< when the request left
  std::optional<llmgw::Error> refused = {};  ///< no connection at all
  std::optional<llmgw::Error> broken = {};   ///< after the last piece
};

class Stream final : public llmgw::net::HttpStream {
 public:
  explicit Stream(Reply reply) : reply_(std::move(reply)) {
    head_.status = reply_.status;
    for (const auto& [name, value] : reply_.headers) head_.headers.add(name, value);
  }
  llmgw::net::Task<llmgw::Result<bool>> await_head(llmgw::net::milliseconds) override { co_return true; }
  [[nodiscard]] const llmgw::http::ResponseHead& head() const override { return head_; }
  [[nodiscard]] std::int64_t sent_ns() const override { return reply_.sent_ns; }
  llmgw::net::Task<llmgw::Result<llmgw::net::Chunk>> next(llmgw::net::milliseconds) override {
    llmgw::net::Chunk chunk;
    if (position_ < reply_.pieces.size()) {
      chunk.kind = llmgw::net::Chunk::Kind::data;
      chunk.bytes = reply_.pieces[position_++];
      co_return chunk;
    }
    if (reply_.broken) co_return std::unexpected(*reply_.broken);
    co_return chunk;
  }

 private:
  Reply reply_;
  llmgw::http::ResponseHead head_;
  std::size_t position_ = 0;
};

/// Plays the replies in order and keeps the requests.
class Room final : public llmgw::net::ClientRoom, public llmgw::net::HttpClient {
 public:
  std::deque<Reply> replies;
  std::vector<llmgw::net::HttpRequest> requests;
  std::vector<llmgw::net::milliseconds> pauses;
  std::size_t most_pauses = 1'000'000;  ///< the work is cancelled in the pause after these
  int signal = 0;                       ///< what `run` reports
  std::deque<int> signals = {};         ///< what the next runs report in its place

  llmgw::net::HttpClient& client() override { return *this; }
  llmgw::net::Task<bool> pause(llmgw::net::milliseconds time) override {
    pauses.push_back(time);
    co_return pauses.size() <= most_pauses;
  }
  llmgw::net::Task<llmgw::Result<std::unique_ptr<llmgw::net::HttpStream>>> open(
      llmgw::net::HttpRequest request) override {
    requests.push_back(std::move(request));
    if (replies.empty()) co_return llmgw::fail(llmgw::Errc::internal, "no reply is left");
    auto reply = std::move(replies.front());
    replies.pop_front();
    if (reply.refused) co_return std::unexpected(*reply.refused);
    co_return std::make_unique<Stream>(std::move(reply));
  }

  /// For `Context::run_client`.
  llmgw::Result<int> run(const llmgw::net::ClientWork& work) {
    boost::asio::io_context io(1);
    boost::asio::co_spawn(io, work(*this), [](std::exception_ptr problem) {
      if (problem) std::rethrow_exception(problem);
    });
    io.run();
    if (signals.empty()) return signal;
    const int next = signals.front();
    signals.pop_front();
    return next;
  }
};

inline Reply json(std::string body, int status = 200) {
  return {.status = status, .headers = {{"content-type", "application/json"}}, .pieces = {std::move(body)}};
}

/// A Chat stream of these texts that ends as it should, unless `finish` is empty.
inline Reply chat(const std::vector<std::string>& texts, const std::string& finish = "stop") {
  Reply reply{.headers = {{"content-type", "text/event-stream"}, {"x-request-id", "r1"}}};
  const std::string head = "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m-1\",";
  for (const auto& text : texts) {
    reply.pieces.push_back(head + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n");
  }
  if (finish.empty()) return reply;
  reply.pieces.push_back(head + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + finish + "\"}]}\n\n");
  reply.pieces.push_back(head +
                         "\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,"
                         "\"total_tokens\":7}}\n\ndata: [DONE]\n\n");
  return reply;
}

/// A list of models.
inline Reply models(const std::vector<std::string>& names) {
  std::string body;
  for (const auto& name : names) {
    body += (body.empty() ? "" : ",") + ("{\"id\":\"" + name + "\",\"object\":\"model\",\"owned_by\":\"test\"}");
  }
  return json("{\"object\":\"list\",\"data\":[" + body + "]}");
}

}  // namespace fake
