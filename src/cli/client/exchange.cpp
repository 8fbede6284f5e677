#include "cli/client/exchange.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "cli/client/http_failure.h"
#include "core/base/ids.h"
#include "core/bench/tracker.h"
#include "core/dialects/upstream_error.h"
#include "core/json/edits.h"
#include "core/json/view.h"
#include "core/json/writer.h"
#include "core/sse/decoder.h"

namespace llmgw::cli {
namespace exchanging {

constexpr std::size_t max_body = std::size_t{256} << 20U;
constexpr std::size_t max_error_body = std::size_t{1} << 20U;
constexpr int last_success_status = 299;
// Behind its end mark an answer is whole, whatever its connection does. Most servers end the body right away, and one
// that is left before that takes it for a client that went away.
constexpr net::milliseconds closing_patience{250};

/// One try in progress.
struct Try {
  const ExchangePlan& plan;
  Listener& listener;
  IdSource& ids;
  Exchanged result = {};
  bench::Tracker tracker{result.sample};
  ir::Collector collector = {};
  ir::Events batch = {};
  bool began = false;  ///< a byte of the answer's body came: no other try may follow
};

void deliver(Try& attempt) {
  attempt.collector.add(attempt.batch);
  attempt.listener.on_events(attempt.batch);
  attempt.batch.clear();
}

std::unexpected<Failure> failed(const Try& attempt, Error error) {
  auto failure = transport_failure(attempt.plan.target, std::move(error));
  failure.request_id = attempt.result.request_id;
  return std::unexpected(std::move(failure));
}

/// Reads a whole body of at most `limit` bytes.
net::Task<Result<std::string>> read_body(net::HttpStream& stream, std::size_t limit) {
  std::string body;
  for (;;) {
    CO_TRY(const auto chunk, co_await stream.next(net::milliseconds(0)));
    if (chunk.kind == net::Chunk::Kind::end) co_return body;
    if (chunk.kind == net::Chunk::Kind::data) body += chunk.bytes;
    if (body.size() > limit) co_return fail(Errc::upstream_protocol, "the answer is larger than llmgw accepts");
  }
}

void take(Try& attempt, ir::Events& events, bench::Moment arrived) {
  attempt.tracker.frame(events, arrived);
  std::ranges::move(events, std::back_inserter(attempt.batch));
  events.clear();
}

/// Hears an event stream to its end. Events go to the listener as soon as they are complete.
net::Task<Result<>> hear_stream(net::HttpStream& stream, Try& attempt) {
  sse::Decoder frames;
  const auto decoder = attempt.plan.target.dialect->stream_decoder(attempt.ids);
  ir::Events events;
  for (;;) {
    const bool complete = attempt.collector.answer().complete;
    const net::milliseconds patience = complete ? closing_patience : net::milliseconds(0);
    auto next = co_await stream.next(patience);
    if (complete && (!next || next->kind == net::Chunk::Kind::idle)) co_return Result<>{};
    if (!next) co_return std::unexpected(std::move(next).error());
    const auto& chunk = *next;
    const auto arrived = attempt.plan.clock.now_ns();
    if (chunk.kind == net::Chunk::Kind::idle) continue;
    if (chunk.kind == net::Chunk::Kind::data) frames.feed(chunk.bytes);
    if (chunk.kind == net::Chunk::Kind::data) attempt.began = true;
    if (chunk.kind == net::Chunk::Kind::end) frames.finish();
    for (;;) {
      CO_TRY(const auto frame, frames.next());
      if (!frame) break;
      decoder->frame(*frame, events);
      take(attempt, events, arrived);
    }
    if (chunk.kind == net::Chunk::Kind::end) {
      decoder->end(events);
      take(attempt, events, arrived);
    }
    deliver(attempt);
    if (chunk.kind == net::Chunk::Kind::end || attempt.listener.gone()) co_return Result<>{};
  }
}

net::Task<Result<>> hear_whole(net::HttpStream& stream, Try& attempt) {
  CO_TRY(const auto body, co_await read_body(stream, max_body));
  const auto arrived = attempt.plan.clock.now_ns();
  attempt.began = true;
  auto json = json::parse(body);
  if (!json) co_return fail(Errc::upstream_protocol, "the answer is not JSON: " + json.error().message);
  attempt.plan.target.dialect->decode_response(*json, attempt.ids, attempt.batch);
  attempt.tracker.whole(attempt.batch, arrived);
  deliver(attempt);
  co_return Result<>{};
}

void note_head(Try& attempt, const http::ResponseHead& head) {
  auto& result = attempt.result;
  result.http_status = head.status;
  result.request_id = request_id_of(head);
  result.applied = head.headers.get("x-llmgw-applied").value_or("");
  result.notes = head.headers.get("x-llmgw-notes").value_or("");
}

bool is_event_stream(const http::ResponseHead& head) {
  return head.headers.get("content-type").value_or("").starts_with("text/event-stream");
}

/// The verdict on an answer that was heard to its end.
Step<Exchanged> judged(Try& attempt) {
  auto& result = attempt.result;
  result.answer = attempt.collector.take();
  if (result.answer.error) {
    Failure failure(*result.answer.error);
    hide_credentials(attempt.plan.target, failure.error);
    failure.request_id = result.request_id;
    failure.cause = "the answer of " + attempt.plan.target.url + " had begun";
    if (!failure.request_id.empty()) failure.cause += ", request " + failure.request_id;
    return std::unexpected(std::move(failure));
  }
  // "abort" (vLLM, SGLang), "error" (OpenRouter), "insufficient_system_resource" (DeepSeek): half an answer.
  for (const auto& choice : result.answer.choices) {
    if (choice.finish == ir::FinishReason::error) return failed(attempt, dialect::model_stopped(choice.raw_finish));
  }
  if (!result.answer.complete && !attempt.listener.gone()) {
    return failed(attempt, fail(Errc::upstream_protocol, "the answer broke off before its end").error());
  }
  return std::move(result);
}

net::Task<Step<Exchanged>> try_once(net::ClientRoom& room, Try& attempt, std::string body) {
  const auto& target = attempt.plan.target;
  auto request = make_request(target, "POST", std::string(target.dialect->path), std::move(body));
  auto opened = co_await room.client().open(std::move(request));
  if (!opened) co_return failed(attempt, std::move(opened).error());
  const auto stream = std::move(*opened);
  const auto come = co_await stream->await_head(net::milliseconds(0));
  if (!come) co_return failed(attempt, come.error());
  const auto& head = stream->head();
  attempt.result.sample.sent = stream->sent_ns();
  note_head(attempt, head);
  if (head.status > last_success_status) {
    const auto text = co_await read_body(*stream, max_error_body);
    co_return std::unexpected(http_failure(target, head, text ? std::string_view(*text) : std::string_view()));
  }
  Result<> heard;
  if (is_event_stream(head)) {
    heard = co_await hear_stream(*stream, attempt);
  } else {
    heard = co_await hear_whole(*stream, attempt);
  }
  // An error event says more than the broken connection behind it.
  if (!heard && !attempt.collector.answer().error) co_return failed(attempt, std::move(heard).error());
  co_return judged(attempt);
}

}  // namespace exchanging

Result<std::string> encode_body(const ExchangePlan& plan) {
  ir::Notes notes;
  TRY(auto body, plan.target.dialect->encode_request(plan.request, plan.target.provider->traits, notes));
  if (plan.fields.empty()) return body;
  json::Edits edits;
  const auto root = json::trusted(body);
  for (const auto& [name, value] : plan.fields) {
    // What is no JSON is meant as a text: -O user=me.
    edits.set(root, name, json::parse(value) ? value : json::quoted(value));
  }
  return edits.apply(body);
}

net::Task<Step<Exchanged>> exchange(net::ClientRoom& room, const ExchangePlan& plan, Listener& listener) {
  auto body = encode_body(plan);
  if (!body) co_return std::unexpected(Failure(std::move(body).error()));
  IdSource ids(plan.seed);
  for (std::int64_t tries = 0;; ++tries) {
    exchanging::Try attempt{.plan = plan, .listener = listener, .ids = ids};
    auto tried = co_await exchanging::try_once(room, attempt, *body);
    if (tried) {
      tried->retries = tries;
      co_return tried;
    }
    if (attempt.began || tries >= plan.target.retries) co_return tried;
    const auto pause = retry_pause(tried.error(), tries, ids.uniform(), plan.clock.unix_s());
    if (!pause) co_return tried;
    listener.on_retry(tried.error(), *pause);
    const bool waited = co_await room.pause(*pause);
    if (!waited) co_return tried;
  }
}

}  // namespace llmgw::cli
