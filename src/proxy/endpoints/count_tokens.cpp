#include "core/json/writer.h"
#include "core/tokens/estimate.h"
#include "proxy/endpoints/endpoint.h"
#include "proxy/pipeline/answer_body.h"
#include "proxy/pipeline/execute.h"
#include "proxy/pipeline/headers.h"
#include "proxy/pipeline/prepare.h"
#include "proxy/pipeline/record.h"
#include "proxy/pipeline/upstream_get.h"

namespace llmgw::proxy {
namespace count_endpoint {

constexpr std::size_t max_count_bytes = 65536;

std::string key_of(const Upstream& upstream) {
  return std::string(upstream.provider->name) + "@" + upstream.endpoint->authority();
}

// True when the answer says that the upstream does not serve the path. A model it does not know is the client's affair.
bool lacks_counting(const Exchange& exchange, const Upstream& upstream, const http::ResponseHead& head,
                    std::string_view body) {
  if (head.status == 405 || head.status == 501) return true;
  if (head.status != 404) return false;
  const auto error = upstream_failure(plain_attempt(exchange, upstream), head, body);
  const auto& served = upstream.model.empty() ? exchange.target : upstream.model;
  return !is_about_model(error, served);
}

// What the upstream counts; nullopt when it cannot, which is remembered: agents count before every request.
net::Task<std::optional<std::int64_t>> ask(Call call, const Upstream* upstream) {
  const bool knows = upstream->provider->counts_tokens && !call.memory.no_token_count.contains(key_of(*upstream));
  if (!knows) co_return std::nullopt;
  const auto attempt = make_attempt(call.exchange, *upstream, call.services);
  if (!attempt) co_return std::nullopt;
  auto request = own_request(call.exchange, *upstream, "POST", "/messages/count_tokens");
  if (const auto query = without_key(call.exchange.http.query()); !query.empty()) request.message.target += "?" + query;
  request.message.body = dialect::anthropic_messages.patch(call.exchange.body, (*attempt)->changes);
  auto answer = co_await net::fetch(call.services.client, std::move(request), max_count_bytes);
  if (!answer) co_return std::nullopt;
  if (lacks_counting(call.exchange, *upstream, answer->head, answer->body)) {
    call.memory.no_token_count.insert(key_of(*upstream));
  }
  if (answer->head.status != 200) co_return std::nullopt;
  const auto body = json::parse(answer->body);
  co_return body ? (*body)["input_tokens"].integer() : std::nullopt;
}

std::string body_of(std::int64_t tokens) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.member("input_tokens", tokens);
  writer.end_object();
  return out;
}

}  // namespace count_endpoint

net::Task<> run_count_tokens(Call call) {
  Record record;
  auto upstream = prepare(call.exchange);
  if (!upstream) {
    co_await send_error(call.exchange, std::move(upstream).error(), call.responder, record);
  } else {
    auto counted = co_await count_endpoint::ask(call, *upstream);
    if (!counted) {
      record.usage = ir::Usage{};
      record.usage->estimated = true;
      counted = tokens::estimate_input(call.exchange.body);
    }
    const http::ResponseHead none;
    auto head = answer_head(call.exchange, record, none, "application/json");
    record.usage.reset();  // counting spends nothing
    auto body = count_endpoint::body_of(*counted);
    co_await send_answer(std::move(head), std::move(body), call.responder, record);
  }
  close_record(call.exchange, record, call.services);
}

}  // namespace llmgw::proxy
