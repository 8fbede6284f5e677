#include "proxy/pipeline/prepare.h"

#include <fmt/format.h>

#include "core/base/nearest.h"
#include "core/tokens/estimate.h"
#include "proxy/credential.h"
#include "proxy/pipeline/headers.h"
#include "proxy/policies/policy.h"

namespace llmgw::proxy {
namespace prepare_steps {

// A name may be a path of the upstream's machine.
constexpr std::size_t longest_model = 1024;

std::string known_names(const Snapshot& snapshot, std::string_view wanted) {
  std::vector<std::string_view> names;
  for (const auto& upstream : snapshot.upstreams) {
    if (!upstream.public_name.empty()) names.push_back(upstream.public_name);
  }
  const auto near = nearest(wanted, names);
  return near.empty() ? std::string("; GET /v1/models lists the models") : fmt::format("; did you mean '{}'?", near);
}

}  // namespace prepare_steps

Result<const Upstream*> route(const Snapshot& snapshot, std::string_view model) {
  if (const auto* upstream = snapshot.find(model)) return upstream;
  return fail(Errc::not_found,
              fmt::format("the model '{}' is not served here{}", model, prepare_steps::known_names(snapshot, model)),
              "model");
}

Result<const Upstream*> choose_upstream(Exchange& exchange) {
  if (exchange.facts.model.size() > prepare_steps::longest_model) {
    exchange.facts.model.clear();  // not for the log either
    return fail(Errc::invalid_request,
                fmt::format("the name of the model is longer than {} bytes", prepare_steps::longest_model), "model");
  }
  exchange.target = exchange.facts.model;
  for (const auto& policy : exchange.snapshot->policies) TRY_VOID(policy->on_request(exchange));
  return route(*exchange.snapshot, exchange.target);
}

Result<const Upstream*> prepare(Exchange& exchange) {
  if (exchange.http.body.empty()) {
    return fail(Errc::invalid_request, "the request has no body; send a JSON object");
  }
  TRY(exchange.body, json::parse(exchange.http.body));
  if (!exchange.body.is_object()) return fail(Errc::invalid_request, "the body must be a JSON object");
  TRY(exchange.facts, exchange.client->facts(exchange.body));
  if (exchange.facts.model.empty()) {
    return fail(Errc::invalid_request, "model is required: name the model that is to answer", "model",
                "missing_required_parameter");
  }
  return choose_upstream(exchange);
}

namespace prepare_steps {

Secret client_key(const Exchange& exchange, const Upstream& upstream) {
  if (!upstream.client_key) return {};
  auto presented = find_credential(exchange.http, exchange.snapshot->token.reveal());
  return presented ? Secret(std::move(presented->value)) : Secret();
}

}  // namespace prepare_steps

Attempt plain_attempt(const Exchange& exchange, const Upstream& upstream) {
  Attempt attempt{upstream, *upstream.dialect, true, {}, {}, {}, std::nullopt};
  attempt.client_key = prepare_steps::client_key(exchange, upstream);
  return attempt;
}

Result<std::unique_ptr<Attempt>> make_attempt(Exchange& exchange, const Upstream& upstream, Services& services,
                                              std::optional<std::int64_t> context) {
  const auto& dialect = upstream.speaks(*exchange.client);
  std::unique_ptr<Attempt> made(
      new Attempt{upstream, dialect, &dialect == exchange.client, exchange.changes, {}, {}, {}});
  Attempt& attempt = *made;
  const auto& served = upstream.model.empty() ? exchange.target : upstream.model;
  if (served != exchange.facts.model) attempt.changes.model = served;
  attempt.changes.template_switch = upstream.provider->traits.thinking_kwargs;
  const bool silent_on_usage = exchange.facts.stream && !exchange.facts.include_usage;
  if (attempt.same_format && silent_on_usage && &dialect == &dialect::openai_chat &&
      upstream.provider->traits.stream_usage) {
    attempt.changes.ask_usage = true;
    attempt.edits.strip_usage = true;
  }
  attempt.context_length = context;
  attempt.client_key = prepare_steps::client_key(exchange, upstream);
  attempt.client.include_usage = exchange.facts.include_usage.value_or(false);
  attempt.client.created = services.clock.unix_s();
  attempt.client.ids = &services.ids;
  for (const auto& policy : exchange.snapshot->policies) TRY_VOID(policy->on_attempt(exchange, attempt));
  return made;
}

namespace prepare_steps {

Result<std::string> translated_body(Exchange& exchange, Attempt& attempt) {
  TRY(auto request, exchange.client->decode_request(exchange.body));
  ir::apply(attempt.changes, request);
  if (request.stream) request.include_usage = true;
  attempt.tool_names = dialect::ToolNames(request.tools);
  attempt.custom_calls = dialect::CustomCalls(request.tools);
  if (request.show_reasoning) attempt.client.show_reasoning = *request.show_reasoning;
  exchange.notes = {};
  TRY(auto body, attempt.dialect.encode_request(request, attempt.upstream.provider->traits, exchange.notes));
  if (exchange.strict) TRY_VOID(exchange.notes.strict());
  return body;
}

net::Deadlines deadlines(const Exchange& exchange, const Upstream& upstream) {
  auto limits = upstream.deadlines;
  // A whole answer sends nothing until it is finished: its read limit is the one for the first byte.
  if (exchange.facts.stream) limits.first_byte = limits.idle;
  return limits;
}

}  // namespace prepare_steps

Result<> write_request(Exchange& exchange, Attempt& attempt, net::HttpRequest& request) {
  request.endpoint = attempt.upstream.endpoint;
  request.deadlines = prepare_steps::deadlines(exchange, attempt.upstream);
  request.message.method = "POST";
  request.message.target = attempt.upstream.base_path + std::string(attempt.dialect.path);
  if (attempt.same_format) {
    if (const auto query = without_key(exchange.http.query()); !query.empty()) request.message.target += "?" + query;
    if (attempt.changes.empty()) {
      request.borrowed_body = exchange.http.body;  // the client's request outlives all its attempts
    } else {
      request.message.body = attempt.dialect.patch(exchange.body, attempt.changes);
    }
  } else {
    TRY(request.message.body, prepare_steps::translated_body(exchange, attempt));
  }
  request.message.headers = upstream_headers(exchange, attempt.upstream, attempt.same_format);
  return {};
}

void estimate_input(const Exchange& exchange, Attempt& attempt) {
  if (!attempt.same_format) attempt.client.input_estimate = tokens::estimate_input(exchange.body);
}

}  // namespace llmgw::proxy
