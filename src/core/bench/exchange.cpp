#include "core/bench/exchange.h"

#include <utility>

#include "core/bench/tracker.h"
#include "core/json/view.h"
#include "core/sse/decoder.h"

namespace llmgw::bench {
namespace exchanging {

constexpr std::size_t most_of_an_answer = std::size_t{256} << 20U;
constexpr int last_success = 299;

struct Exchange {
  Service& service;
  Sample& sample;
  std::chrono::nanoseconds total_limit;
};

void failed(Exchange& exchange, const Error& error, Stage stage) {
  auto& sample = exchange.sample;
  if (!sample.ok()) return;  // an error that the answer itself told says more than the broken connection behind it
  sample.failure = classify(error, stage);
  const bool limited = exchange.total_limit.count() > 0 && error.code == Errc::timeout;
  const auto now = exchange.service.clock.now_ns();
  if (limited && now - sample.started >= exchange.total_limit.count()) sample.failure = FailureClass::timeout_total;
  sample.message = error.message;
}

net::Task<Result<>> hear_stream(net::HttpStream& stream, Exchange& exchange) {
  sse::Decoder frames;
  Tracker tracker(exchange.sample);
  const auto decoder = exchange.service.dialect.stream_decoder(exchange.service.ids);
  ir::Events events;
  for (;;) {
    const auto next = co_await stream.next(net::milliseconds(0));
    if (!next && tracker.complete()) break;  // the answer is whole; how its connection ends is no part of it
    if (!next) co_return std::unexpected(next.error());
    const auto& chunk = *next;
    const auto arrived = exchange.service.clock.now_ns();
    if (chunk.kind == net::Chunk::Kind::idle) continue;
    if (chunk.kind == net::Chunk::Kind::data) frames.feed(chunk.bytes);
    if (chunk.kind == net::Chunk::Kind::end) frames.finish();
    for (;;) {
      CO_TRY(const auto frame, frames.next());
      if (!frame) break;
      decoder->frame(*frame, events);
      tracker.frame(events, arrived);
      events.clear();
    }
    if (chunk.kind == net::Chunk::Kind::data) continue;
    decoder->end(events);
    tracker.frame(events, arrived);
    break;
  }
  tracker.finish();
  co_return Result<>{};
}

/// The whole body; beyond `most_of_an_answer` it is an error.
net::Task<Result<std::string>> read_body(net::HttpStream& stream) {
  std::string body;
  for (;;) {
    CO_TRY(const auto chunk, co_await stream.next(net::milliseconds(0)));
    if (chunk.kind == net::Chunk::Kind::end) co_return body;
    if (chunk.kind == net::Chunk::Kind::data) body += chunk.bytes;
    if (body.size() > most_of_an_answer) co_return fail(Errc::upstream_protocol, "the answer is too large to hold");
  }
}

net::Task<Result<>> hear_whole(net::HttpStream& stream, Exchange& exchange) {
  CO_TRY(const auto body, co_await read_body(stream));
  const auto arrived = exchange.service.clock.now_ns();
  const auto json = json::parse(body);
  if (!json) {
    exchange.sample.failure = FailureClass::bad_json;
    exchange.sample.message = "the answer is not JSON: " + json.error().message;
    co_return Result<>{};
  }
  ir::Events events;
  exchange.service.dialect.decode_response(*json, exchange.service.ids, events);
  Tracker tracker(exchange.sample);
  tracker.whole(events, arrived);
  tracker.finish();
  co_return Result<>{};
}

net::Task<Result<>> hear_refusal(net::HttpStream& stream, Exchange& exchange) {
  const auto head = stream.head();
  exchange.sample.failure = classify_status(head.status);
  CO_TRY(const auto body, co_await read_body(stream));
  exchange.sample.message = exchange.service.dialect.decode_error(head.status, head.headers, body).message;
  co_return Result<>{};
}

net::Task<Result<>> hear(net::HttpStream& stream, Exchange& exchange) {
  const auto& head = stream.head();
  exchange.sample.status = head.status;
  if (head.status > last_success) co_return co_await hear_refusal(stream, exchange);
  const bool streamed = head.headers.get("content-type").value_or("").starts_with("text/event-stream");
  if (streamed) co_return co_await hear_stream(stream, exchange);
  co_return co_await hear_whole(stream, exchange);
}

net::Task<> run(Exchange& exchange, net::HttpRequest request) {
  const auto& clock = exchange.service.clock;
  exchange.sample.started = clock.now_ns();
  auto opened = co_await exchange.service.client.open(std::move(request));
  if (!opened) {
    failed(exchange, opened.error(), Stage::opening);
    co_return;
  }
  const auto stream = std::move(*opened);
  const auto come = co_await stream->await_head(net::milliseconds(0));
  if (!come) {
    failed(exchange, come.error(), Stage::waiting);
    co_return;
  }
  exchange.sample.headers = clock.now_ns();
  exchange.sample.sent = stream->sent_ns();
  const auto heard = co_await hear(*stream, exchange);
  const auto stage = exchange.sample.tokens.empty() ? Stage::waiting : Stage::streaming;
  if (!heard) failed(exchange, heard.error(), heard.error().code == Errc::timeout ? stage : Stage::streaming);
}

}  // namespace exchanging

net::Task<> measure(Service& service, net::HttpRequest request, Sample& sample) {
  exchanging::Exchange exchange{service, sample, request.deadlines.total};
  co_await exchanging::run(exchange, std::move(request));
  sample.closed = service.clock.now_ns();
}

}  // namespace llmgw::bench
