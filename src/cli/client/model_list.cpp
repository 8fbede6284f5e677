#include "cli/client/model_list.h"

#include "cli/client/http_failure.h"
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
                      .raw = std::string(row.raw())});
  }
  return models;
}

net::Task<Step<std::vector<ListedModel>>> list_models(net::ClientRoom& room, const Target& target) {
  auto request = make_request(target, "GET", "/models", {});
  auto fetched = co_await net::fetch(room.client(), std::move(request), model_list::max_list);
  if (!fetched) co_return std::unexpected(transport_failure(target, std::move(fetched).error()));
  if (fetched->head.status != model_list::ok_status) {
    co_return std::unexpected(http_failure(target, fetched->head, fetched->body));
  }
  auto models = read_models(fetched->body);
  if (!models) co_return std::unexpected(transport_failure(target, std::move(models).error()));
  co_return std::move(*models);
}

}  // namespace llmgw::cli
