#include "proxy/pipeline/execute.h"

#include "core/net/pause.h"
#include "proxy/pipeline/answer_body.h"
#include "proxy/pipeline/context_length.h"
#include "proxy/pipeline/headers.h"
#include "proxy/pipeline/prepare.h"
#include "proxy/pipeline/retry.h"
#include "proxy/pipeline/whole_answer.h"

namespace llmgw::proxy {

using net::milliseconds;

Execution::Execution(Exchange& exchange, const Upstream& upstream, Services& services, server::Responder& responder,
                     Record& record)
    : exchange_(exchange), upstream_(upstream), services_(services), responder_(responder), record_(record) {}

milliseconds Execution::patience() const { return exchange_.snapshot->config.server.keepalive; }

bool Execution::retries_left() const { return record_.attempts <= exchange_.snapshot->config.routing.num_retries; }

net::Task<Result<>> Execution::run() {
  auto done = co_await attempts();
  if (done || !responder_.begun()) co_return done;
  // Keep-alives have committed the 200 before anything of the answer came: its end can only be told inside the stream.
  Error error = told_to_client(std::move(done).error(), responder_);
  std::string last_words;
  exchange_.client->stream_encoder(dialect::ClientContext())->encode(ir::Fault{error}, last_words);
  co_await fail_stream(std::move(last_words), std::move(error));
  co_return Result<>{};
}

net::Task<Result<>> Execution::attempts() {
  record_.stream = exchange_.facts.stream;
  for (;;) {
    ++record_.attempts;
    auto done = co_await attempt_once();
    services_.metrics.attempt(done && !record_.error ? nullptr : (done ? &*record_.error : &done.error()));
    if (done) co_return Result<>{};
    if (!retries_left() || !may_retry(done.error())) co_return done;
    services_.metrics.add(metrics::Metric::retries);
    const auto delay = retry_delay(done.error(), record_.attempts + 1, services_.ids, services_.clock.unix_s());
    CO_TRY_VOID(co_await wait(delay));
  }
}

net::Task<Result<>> Execution::wait(milliseconds time) {
  const auto longest = exchange_.facts.stream ? patience() : milliseconds(0);
  while (longest.count() > 0 && time > longest) {
    CO_TRY_VOID(co_await net::pause(longest));
    time -= longest;
    std::string comment;
    exchange_.client->stream_encoder(dialect::ClientContext())->keep_alive(comment);
    const http::ResponseHead none;
    CO_TRY_VOID(co_await flush(comment, none));
  }
  co_return co_await net::pause(time);
}

net::Task<Result<>> Execution::attempt_once() {
  std::optional<std::int64_t> context;
  if (const auto& limit = exchange_.snapshot->config.limits.max_context_tokens; limit && limit->automatic) {
    context = co_await context_length(exchange_, upstream_, services_, services_.context_lengths);
  }
  CO_TRY(const auto attempt, make_attempt(exchange_, upstream_, services_, context));
  net::HttpRequest request;
  CO_TRY_VOID(write_request(exchange_, *attempt, request));
  record_.upstream = upstream_.label;
  record_.advice = {};
  record_.upstream_model = attempt->changes.model.value_or(exchange_.facts.model);
  if (exchange_.facts.stream) co_return co_await attempt_stream(*attempt, request);
  co_return co_await attempt_whole(*attempt, request);
}

net::Task<Result<>> Execution::attempt_whole(Attempt& attempt, net::HttpRequest& request) {
  CO_TRY(const auto stream, co_await services_.client.open(std::move(request)));
  estimate_input(exchange_, attempt);
  CO_TRY_VOID(co_await stream->await_head(milliseconds(0)));
  record_.upstream_id = upstream_request_id(stream->head().headers, exchange_);
  if (stream->head().status / 100 != 2) co_return co_await refused(*stream, attempt);
  std::string body;
  CO_TRY(const bool whole, read_ready(*stream, body, answer_limit));
  if (!whole) {
    CO_TRY_VOID(co_await read_rest(*stream, body, answer_limit));
  }
  CO_TRY_VOID(convert(attempt, stream->head(), body));
  record_.status = 200;
  auto head = answer_head(exchange_, record_, stream->head(), "application/json");
  co_return co_await responder_.send(std::move(head), std::move(body));
}

// No coroutine, so that what it needs does not grow a frame.
Result<> Execution::convert(const Attempt& attempt, const http::ResponseHead& upstream, std::string& body) {
  WholeAnswer answer(attempt, *exchange_.client, services_.ids, services_.clock);
  TRY(body, answer.convert(std::move(body), upstream));
  note(answer.tap(), answer.usage());
  return {};
}

net::Task<Result<>> Execution::attempt_stream(Attempt& attempt, net::HttpRequest& request) {
  CO_TRY(const auto stream, co_await services_.client.open(std::move(request)));
  estimate_input(exchange_, attempt);
  Conveyor conveyor(attempt, *exchange_.client, services_.ids, services_.clock);
  CO_TRY_VOID(co_await await_head(*stream, conveyor));
  record_.upstream_id = upstream_request_id(stream->head().headers, exchange_);
  if (stream->head().status / 100 != 2) co_return co_await refused(*stream, attempt);
  co_return co_await answer_stream(*stream, conveyor);
}

net::Task<Result<>> Execution::await_head(net::HttpStream& stream, Conveyor& conveyor) {
  for (;;) {
    CO_TRY(const auto arrived, co_await stream.await_head(patience()));
    if (arrived) co_return Result<>{};
    conveyor.keep_alive();
    const http::ResponseHead none;
    CO_TRY_VOID(co_await flush(conveyor.out(), none));
  }
}

net::Task<Result<>> Execution::refused(net::HttpStream& stream, const Attempt& attempt) {
  std::string body;
  CO_TRY_VOID(co_await read_refusal(stream, body));
  copy_answer_headers(stream.head().headers, record_.advice);
  co_return std::unexpected(upstream_failure(attempt, stream.head(), body));
}

net::Task<Result<>> Execution::answer_stream(net::HttpStream& stream, Conveyor& conveyor) {
  std::string body;
  bool whole = false;
  const bool said = says_body_kind(stream.head());
  while (!said && !whole && body.find_first_not_of(" \t\r\n") == std::string::npos) {
    CO_TRY(const auto piece, co_await next_piece(stream, conveyor));
    CO_TRY(whole, take_piece(piece, body, answer_limit));
  }
  if (body_kind(stream.head(), body) == BodyKind::events) co_return co_await pump(stream, conveyor, std::move(body));
  while (!whole) {
    CO_TRY(const auto piece, co_await next_piece(stream, conveyor));
    CO_TRY(whole, take_piece(piece, body, answer_limit));
  }
  auto answer = json::parse(body);
  if (!answer) {
    conveyor.fail(unreadable_answer(answer.error()));
  } else {
    conveyor.feed_whole(*answer);
  }
  co_return co_await close_stream(conveyor, stream.head());
}

net::Task<Result<net::Chunk>> Execution::next_piece(net::HttpStream& stream, Conveyor& conveyor) {
  for (;;) {
    CO_TRY(const auto piece, co_await stream.next(patience()));
    if (piece.kind != net::Chunk::Kind::idle) co_return piece;
    conveyor.keep_alive();
    CO_TRY_VOID(co_await flush(conveyor.out(), stream.head()));
  }
}

// The hot loop: one wait for bytes of the upstream and one write of a batch in turn.
net::Task<Result<>> Execution::pump(net::HttpStream& stream, Conveyor& conveyor, std::string first) {
  // Kept in the frame, so that no event has to look for it in objects that have left the cache.
  const auto longest = patience();
  auto& responder = responder_;
  conveyor.feed(first);
  while (!conveyor.over()) {
    if (!responder.begun()) {
      CO_TRY_VOID(co_await flush(conveyor.out(), stream.head()));
    } else if (!conveyor.out().empty()) {
      if (!conveyor.single()) {
        CO_TRY_VOID(co_await responder.write(conveyor.out()));
      } else if (!responder.write_now(conveyor.out())) {
        CO_TRY_VOID(co_await responder.rest());
      }
      conveyor.written();
    }
    auto chunk = co_await stream.next(longest);
    if (!chunk) {
      if (!responder.begun()) co_return std::unexpected(std::move(chunk).error());
      note(conveyor.tap(), conveyor.usage());
      Error error = told_to_client(std::move(chunk).error(), responder);
      conveyor.fail(error);
      co_await fail_stream(std::move(conveyor.out()), std::move(error));
      co_return Result<>{};
    }
    if (chunk->kind == net::Chunk::Kind::idle) conveyor.keep_alive();
    if (chunk->kind == net::Chunk::Kind::data) conveyor.feed(chunk->bytes);
    if (chunk->kind == net::Chunk::Kind::end) conveyor.finish();
  }
  CO_TRY_VOID(co_await close_stream(conveyor, stream.head()));
  // What follows the end mark is read off, so that the connection can be used again.
  if (stream.ready()) co_return Result<>{};
  auto rest = co_await stream.next(milliseconds(20));
  (void)rest;  // nothing depends on it: the answer is complete
  co_return Result<>{};
}

net::Task<Result<>> Execution::flush(std::string& out, const http::ResponseHead& upstream) {
  if (out.empty()) co_return Result<>{};
  if (!responder_.begun()) {
    record_.status = 200;
    auto head = answer_head(exchange_, record_, upstream, "text/event-stream; charset=utf-8");
    CO_TRY_VOID(co_await responder_.begin(std::move(head)));
  }
  CO_TRY_VOID(co_await responder_.write(out));
  out.clear();
  co_return Result<>{};
}

net::Task<Result<>> Execution::close_stream(Conveyor& conveyor, const http::ResponseHead& upstream) {
  note(conveyor.tap(), conveyor.usage());
  const auto fault = conveyor.tap().fault();
  // An error before anything of the answer is still a proper HTTP error for the client; behind the first words it comes
  // inside the stream, also when one read brought both.
  if (fault && !responder_.begun() && !conveyor.tap().spoke()) co_return std::unexpected(*fault);
  if (fault || !responder_.begun()) {
    CO_TRY_VOID(co_await flush(conveyor.out(), upstream));
  }
  if (fault) {
    record_.error = fault;
    responder_.hang_up();
    co_return Result<>{};
  }
  co_return co_await responder_.finish(conveyor.out());
}

net::Task<> Execution::fail_stream(std::string last_words, Error error) {
  record_.error = std::move(error);
  const http::ResponseHead none;
  auto told = co_await flush(last_words, none);
  if (!told) record_.status = 499;
  responder_.hang_up();
}

void Execution::note(const Tap& tap, const std::optional<ir::Usage>& usage) {
  record_.usage = usage;
  if (usage && usage->estimated) exchange_.notes.add("usage", ir::NoteAction::estimated);
  record_.finish = tap.finish();
  if (exchange_.facts.stream) {
    record_.first_token_ns = tap.first_token_ns();
    record_.longest_gap_ns = tap.longest_gap_ns();
  }
}

Error told_to_client(Error error, const server::Responder& responder) {
  if (error.code != Errc::cancelled || responder.client_left()) return error;
  Error shutdown;
  shutdown.code = Errc::overloaded;
  shutdown.message = "llmgw is shutting down; send the request again";
  return shutdown;
}

net::Task<> send_answer(http::ResponseHead head, std::string body, server::Responder& responder, Record& record) {
  record.status = head.status;
  auto sent = co_await responder.send(std::move(head), std::move(body));
  if (sent) co_return;
  record.status = 499;
  record.error = std::move(sent).error();
}

net::Task<> send_error(const Exchange& exchange, Error error, server::Responder& responder, Record& record) {
  error = told_to_client(std::move(error), responder);
  auto head = error_head(exchange, record, error);
  auto body = exchange.client->encode_error(error, exchange.request_id);
  record.error = std::move(error);
  co_await send_answer(std::move(head), std::move(body), responder, record);
}

}  // namespace llmgw::proxy
