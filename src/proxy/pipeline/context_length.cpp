#include "proxy/pipeline/context_length.h"

#include "core/json/view.h"
#include "proxy/pipeline/upstream_get.h"

namespace llmgw::proxy {
namespace context_rules {

constexpr std::int64_t lifetime_ns = 60'000'000'000;

std::optional<std::int64_t> context_of(json::View row) {
  for (const auto key : {"max_model_len", "context_length", "max_input_tokens"}) {
    if (const auto tokens = row[key].integer(); tokens && *tokens > 0) return tokens;
  }
  return row["meta"]["n_ctx_train"].integer();
}

}  // namespace context_rules

ContextLengths::Known& ContextLengths::of(const std::string& model) {
  if (by_model.size() >= most && !by_model.contains(model)) by_model.clear();
  return by_model[model];
}

std::optional<std::int64_t> listed_context(std::string_view list, std::string_view model) {
  const auto body = json::parse(list);
  if (!body) return std::nullopt;
  std::optional<std::int64_t> only;
  std::size_t rows = 0;
  for (const auto& row : (*body)["data"].elements()) {
    const auto context = context_rules::context_of(row);
    if (row["id"].equals(model)) return context;
    only = context;
    ++rows;
  }
  // An engine that serves one model answers for it under any name.
  return rows == 1 ? only : std::nullopt;
}

net::Task<std::optional<std::int64_t>> context_length(const Exchange& exchange, const Upstream& upstream,
                                                      Services& services, ContextLengths& known) {
  const auto model = upstream.model.empty() ? exchange.target : upstream.model;
  const auto key = upstream.endpoint->authority() + upstream.base_path + " " + model;
  const auto entry = known.of(key);
  if (services.clock.now_ns() < entry.until_ns) co_return entry.tokens;
  auto answer = co_await get(exchange, upstream, model_list_path(upstream), services);
  // A client that left says nothing of the upstream.
  if (!answer && answer.error().code == Errc::cancelled) co_return entry.tokens;
  auto& fresh = known.of(key);
  fresh.until_ns = services.clock.now_ns() + context_rules::lifetime_ns;
  if (answer && answer->head.status == 200) fresh.tokens = listed_context(answer->body, model);
  co_return fresh.tokens;
}

}  // namespace llmgw::proxy
