#include "cli/client/model_list.h"

#include <algorithm>

#include "cli/client/http_failure.h"
#include "cli/completion_values.h"
#include "core/json/view.h"

namespace llmgw::cli {
namespace model_list {

constexpr std::size_t max_list = std::size_t{32} << 20U;
constexpr int ok_status = 200;

/// Servers name the context size differently: vLLM, OpenRouter, llama.cpp and LiteLLM in this order.
std::optional<std::int64_t> context_of(json::View row) {
  for (const std::string_view key : {"max_model_len", "context_length", "context_window", "max_input_tokens"}) {
    if (const auto tokens = row[key].integer()) return tokens;
  }
  return row["meta"]["n_ctx_train"].integer();
}

/// A row on one line. Line ends inside JSON can only stand between its tokens.
std::string flattened(std::string_view raw) {
  std::string line(raw);
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

struct Asking {
  const Target& target;
  Step<std::vector<ListedModel>> models = give_up(Errc::internal, "the list was not asked for");
};

net::Task<> fill(net::ClientRoom& room, Asking& asking) { asking.models = co_await list_models(room, asking.target); }

}  // namespace model_list

Result<std::vector<ListedModel>> read_models(std::string_view body) {
  const auto json = json::parse(body);
  if (!json || !(*json)["data"].is_array()) {
    return fail(Errc::upstream_protocol, "the answer to GET /models is no list of models");
  }
  std::vector<ListedModel> models;
  for (const auto& row : (*json)["data"].elements()) {
    auto id = row["id"].string();
    if (!id) continue;
    models.push_back({.id = std::move(*id),
                      .owner = row["owned_by"].string().value_or(""),
                      .context = model_list::context_of(row),
                      .raw = model_list::flattened(row.raw())});
  }
  return models;
}

net::Task<Step<std::vector<ListedModel>>> list_models(net::ClientRoom& room, const Target& target) {
  // Anthropic lists 20 unless asked for more, 1000 at most (docs.anthropic.com, "List Models").
  const bool paged = target.dialect == &dialect::anthropic_messages;
  auto request = make_request(target, "GET", paged ? "/models?limit=1000" : "/models", {});
  auto fetched = co_await net::fetch(room.client(), std::move(request), model_list::max_list);
  if (!fetched) co_return std::unexpected(transport_failure(target, std::move(fetched).error()));
  if (fetched->head.status != model_list::ok_status) {
    co_return std::unexpected(http_failure(target, fetched->head, fetched->body));
  }
  auto models = read_models(fetched->body);
  if (!models) co_return std::unexpected(transport_failure(target, std::move(models).error()));
  co_return std::move(*models);
}

Step<AskedModels> ask_for_models(Context& context, const Target& target) {
  model_list::Asking asking{.target = target};
  TRY(const auto signal, context.run_client([&](net::ClientRoom& room) { return model_list::fill(room, asking); }));
  if (signal != 0) return AskedModels{.models = {}, .signal = signal};
  if (!asking.models) return std::unexpected(std::move(asking.models).error());
  remember_models(context.env, target, *asking.models);
  return AskedModels{.models = std::move(*asking.models)};
}

}  // namespace llmgw::cli
