#include "support/proxy/sim_client.h"

#include <fmt/format.h>

#include <stdexcept>

#include "core/base/url.h"
#include "core/dialects/dialect.h"
#include "core/http/parser.h"
#include "core/sse/decoder.h"

namespace llmgw::test {
namespace sim_client {

const dialect::Dialect& dialect_of(Api api) {
  return api == Api::chat ? dialect::openai_chat : dialect::anthropic_messages;
}

SimAnswer receive(TestSocket socket) {
  SimAnswer answer;
  answer.raw = socket.read_to_end();
  answer.ending = socket.ending();
  http::ResponseParser parser;
  const auto used = parser.feed(answer.raw, answer.body);
  if (!used) throw std::runtime_error(used.error().message);
  if (!parser.head_done()) return answer;
  answer.status = parser.head().status;
  answer.headers = parser.head().headers;
  answer.whole = parser.done();
  return answer;
}

std::string request(std::string_view method, std::string_view path, std::string_view headers, std::string_view body) {
  return fmt::format(
      "{} {} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: {}\r\n"
      "content-type: application/json\r\n{}\r\n{}",
      method, path, body.size(), headers, body);
}

}  // namespace sim_client

ir::Answer SimAnswer::collected() const {
  IdSource ids(1);
  ir::Events events;
  const auto& dialect = sim_client::dialect_of(api);
  if (streamed) {
    const auto decoder = dialect.stream_decoder(ids);
    sse::Decoder frames;
    frames.feed(body);
    for (auto frame = frames.next(); frame && *frame; frame = frames.next()) decoder->frame(**frame, events);
    decoder->end(events);
  } else {
    dialect.decode_response(json::trusted(body), ids, events);
  }
  ir::Collector collector;
  collector.add(events);
  return collector.take();
}

int SimAnswer::deltas() const {
  const std::string_view mark = api == Api::chat ? R"("delta":{"content":")" : R"("type":"text_delta")";
  int count = 0;
  for (auto at = body.find(mark); at != std::string::npos; at = body.find(mark, at + 1)) ++count;
  return count;
}

Sim::Sim(Options options) {
  options.listen = {"127.0.0.1:0"};
  options.time_scale = options.truth.empty() ? 0 : 1;
  auto host = proxy::SimHost::start(options);
  if (!host) throw std::runtime_error(host.error().message);
  host_ = std::move(*host);
  port_ = parse_server_url(host_->urls().front())->port;
}

TestSocket Sim::connect() const { return TestSocket::connect_tcp(port_); }

TestSocket Sim::send(Api api, std::string_view script, bool streamed, std::string_view headers) const {
  const bool chat = api == Api::chat;
  const auto body = fmt::format(R"({{"model":"m","max_tokens":4096,"messages":[{{"role":"user","content":"hello"}}],)"
                                R"("stream":{}{}}})",
                                streamed, chat && streamed ? R"(,"stream_options":{"include_usage":true})" : "");
  auto lines = fmt::format("x-sim: {}\r\n{}", script, headers);
  if (script.empty()) lines = headers;
  auto socket = connect();
  socket.send(sim_client::request("POST", chat ? "/v1/chat/completions" : "/v1/messages", lines, body));
  return socket;
}

SimAnswer Sim::ask(Api api, std::string_view script, bool streamed, std::string_view headers) const {
  auto answer = sim_client::receive(send(api, script, streamed, headers));
  answer.api = api;
  answer.streamed = streamed;
  return answer;
}

SimAnswer Sim::post(std::string_view path, std::string_view body) const {
  auto socket = connect();
  socket.send(sim_client::request("POST", path, "", body));
  return sim_client::receive(std::move(socket));
}

SimAnswer Sim::get(std::string_view path, std::string_view headers) const {
  auto socket = connect();
  socket.send(sim_client::request("GET", path, headers, ""));
  return sim_client::receive(std::move(socket));
}

}  // namespace llmgw::test
