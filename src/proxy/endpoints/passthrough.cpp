#include <fmt/format.h>

#include "core/json/edits.h"
#include "core/json/writer.h"
#include "proxy/endpoints/endpoint.h"
#include "proxy/pipeline/answer_body.h"
#include "proxy/pipeline/execute.h"
#include "proxy/pipeline/headers.h"
#include "proxy/pipeline/prepare.h"
#include "proxy/pipeline/record.h"

namespace llmgw::proxy {
namespace passthrough_endpoint {

// `..` as a segment, raw or percent-encoded, would leave the upstream's base path.
bool traverses(std::string_view path) {
  std::string flat;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto encoded = path.substr(i, 3);
    if (encoded == "%2e" || encoded == "%2E") {
      flat += '.';
      i += 2;
    } else if (encoded == "%2f" || encoded == "%2F" || encoded == "%5c" || encoded == "%5C" || path[i] == '\\') {
      flat += '/';
      i += path[i] == '%' ? 2 : 0;
    } else {
      flat += path[i];
    }
  }
  flat += '/';
  return flat.find("/../") != std::string::npos || flat.find("/./") != std::string::npos;
}

struct Target {
  const Upstream* upstream;
  std::string body;
};

// By the body's model where there is one; else there must be only one upstream to choose from.
Result<Target> choose(Exchange& exchange) {
  const auto& snapshot = *exchange.snapshot;
  const auto body = json::parse(exchange.http.body);
  const auto model = body ? (*body)["model"] : json::View();
  if (const auto name = model.string(); name && !name->empty()) {
    exchange.facts.model = *name;
    TRY(const auto* upstream, choose_upstream(exchange));
    const auto& served = upstream->model.empty() ? exchange.target : upstream->model;
    if (served == *name) return Target{upstream, exchange.http.body};
    json::Edits edits;
    edits.set(*body, "model", json::quoted(served));
    return Target{upstream, edits.apply(exchange.http.body)};
  }
  if (const auto* upstream = snapshot.only()) return Target{upstream, exchange.http.body};
  return fail(
      Errc::not_found,
      fmt::format("no upstream for {}: the body names no model, and there are several upstreams", exchange.http.path()),
      "model", "unsupported_endpoint");
}

http::ResponseHead client_head(const Exchange& exchange, const http::ResponseHead& upstream) {
  http::ResponseHead head;
  head.status = upstream.status;
  for (const auto* name : {"content-type", "content-disposition", "content-language", "last-modified", "etag",
                           "cache-control", "location", "allow", "content-range", "accept-ranges"}) {
    if (const auto value = upstream.headers.get(name)) head.headers.add(name, *value);
  }
  head.headers.add("x-request-id", exchange.request_id);
  copy_answer_headers(upstream.headers, head.headers);
  return head;
}

Result<net::HttpRequest> make_request(Exchange& exchange, Target target) {
  const auto path = exchange.http.path();
  if (traverses(path)) return fail(Errc::invalid_request, "the path must not leave /v1", {}, "invalid_path");
  net::HttpRequest request;
  request.endpoint = target.upstream->endpoint;
  request.deadlines = target.upstream->deadlines;
  request.message.method = exchange.http.method;
  request.message.target = target.upstream->base_path + std::string(path.substr(3));
  if (const auto query = without_key(exchange.http.query()); !query.empty()) request.message.target += "?" + query;
  request.message.headers = upstream_headers(exchange, *target.upstream, true);
  const auto type = exchange.http.headers.get("content-type");
  if (type) request.message.headers.set("content-type", *type);
  if (!type && exchange.http.body.empty()) request.message.headers.erase("content-type");
  request.message.body = std::move(target.body);
  return request;
}

// The two refusals that are told in llmgw's words: of its own credential, and of legacy completions, which many servers
// lack. Every other answer passes as it is.
bool told_in_our_words(const Exchange& exchange, const Upstream& upstream, int status) {
  if (status == 401 || status == 403) return !upstream.client_key;
  return exchange.http.path() == "/v1/completions" && (status == 404 || status == 501);
}

Error refusal(const Exchange& exchange, const Upstream& upstream, const http::ResponseHead& head,
              std::string_view body) {
  auto error = upstream_failure(plain_attempt(exchange, upstream), head, body);
  const bool about_model = head.status == 404 && is_about_model(error, exchange.target);
  if (about_model || head.status == 401 || head.status == 403) return error;
  Error unsupported;
  unsupported.code = Errc::not_found;
  unsupported.status = 501;
  unsupported.wire_code = "unsupported_endpoint";
  unsupported.message = fmt::format("the upstream {} does not serve {} (status {}): {}", upstream.label,
                                    exchange.http.path(), head.status, error.message);
  return unsupported;
}

net::Task<Result<>> relay(Call call, Target target, Record* record) {
  const auto* upstream = target.upstream;
  record->upstream = upstream->label;
  CO_TRY(auto request, make_request(call.exchange, std::move(target)));
  CO_TRY(const auto stream, co_await call.services.client.open(std::move(request)));
  CO_TRY_VOID(co_await stream->await_head(net::milliseconds(0)));
  record->upstream_id = upstream_request_id(stream->head().headers, call.exchange);
  auto head = client_head(call.exchange, stream->head());
  if (head.status >= 400) {
    std::string body;
    CO_TRY_VOID(co_await read_refusal(*stream, body));
    if (told_in_our_words(call.exchange, *upstream, head.status)) {
      co_return std::unexpected(refusal(call.exchange, *upstream, stream->head(), body));
    }
    hide_credentials(plain_attempt(call.exchange, *upstream), body);
    record->status = head.status;
    co_return co_await call.responder.send(std::move(head), std::move(body));
  }
  for (;;) {
    auto chunk = co_await stream->next(net::milliseconds(0));
    if (!chunk) co_return std::unexpected(std::move(chunk).error());
    // Not before something has come: an upstream that breaks off earlier can still be told of by an error.
    if (!call.responder.begun()) {
      record->status = head.status;
      CO_TRY_VOID(co_await call.responder.begin(std::move(head)));
    }
    if (chunk->kind == net::Chunk::Kind::end) co_return co_await call.responder.finish(std::string_view());
    CO_TRY_VOID(co_await call.responder.write(chunk->bytes));
  }
}

}  // namespace passthrough_endpoint

net::Task<> run_passthrough(Call call) {
  Record record;
  record.attempts = 1;
  auto target =
      call.exchange.snapshot->config.server.passthrough
          ? passthrough_endpoint::choose(call.exchange)
          : Result<passthrough_endpoint::Target>(fail(
                Errc::not_found, "this path is not served (server.passthrough is off)", {}, "unsupported_endpoint"));
  auto done = Result<>{};
  if (target) {
    done = co_await passthrough_endpoint::relay(call, std::move(*target), &record);
  } else {
    done = std::unexpected(std::move(target).error());
  }
  if (!done && !call.responder.begun()) {
    co_await send_error(call.exchange, std::move(done).error(), call.responder, record);
  } else if (!done) {
    if (call.responder.client_left()) record.status = 499;
    record.error = told_to_client(std::move(done).error(), call.responder);
    call.responder.abort();  // the client must see that the body is not whole
  }
  close_record(call.exchange, record, call.services);
}

}  // namespace llmgw::proxy
