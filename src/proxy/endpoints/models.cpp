#include <algorithm>

#include "proxy/endpoints/endpoint.h"
#include "proxy/endpoints/model_list.h"
#include "proxy/pipeline/answer_body.h"
#include "proxy/pipeline/execute.h"
#include "proxy/pipeline/headers.h"
#include "proxy/pipeline/prepare.h"
#include "proxy/pipeline/record.h"
#include "proxy/pipeline/upstream_get.h"

namespace llmgw::proxy {
namespace models_endpoint {

// Both vendors' SDKs ask the same path; only Anthropic's send this header.
ListShape wanted_shape(const http::Request& request) {
  return request.headers.contains("anthropic-version") ? ListShape::anthropic : ListShape::openai;
}

std::vector<ModelRow> configured(const Snapshot& snapshot) {
  std::vector<ModelRow> rows;
  for (const auto& upstream : snapshot.upstreams) {
    if (!upstream.public_name.empty()) rows.push_back({upstream.public_name, 0, {}});
  }
  return rows;
}

struct Listed {
  std::vector<ModelRow> rows;
  std::string verbatim;  ///< the upstream's own bytes, when they are the whole answer
};

// The client's own query where the list may pass as it is.
std::string list_path(const Exchange& exchange, const Upstream& upstream, bool whole) {
  const bool messages = upstream.dialect == &dialect::anthropic_messages;
  const bool same = messages == (wanted_shape(exchange.http) == ListShape::anthropic);
  const auto query = whole || !same ? std::string() : without_key(exchange.http.query());
  if (!query.empty()) return "/models?" + query;
  return model_list_path(upstream);
}

net::Task<Result<std::string>> fetch_list(Call call, const Upstream* upstream, std::string path) {
  CO_TRY(auto answer, co_await get(call.exchange, *upstream, std::move(path), call.services));
  if (answer.head.status != 200) {
    co_return std::unexpected(upstream_failure(plain_attempt(call.exchange, *upstream), answer.head, answer.body));
  }
  co_return std::move(answer.body);
}

bool has(const std::vector<ModelRow>& rows, std::string_view id) {
  return std::ranges::find(rows, id, &ModelRow::id) != rows.end();
}

// Configured names first; an upstream that takes any name adds those of its own list (`whole`: of all of it).
net::Task<Result<Listed>> list(Call call, bool whole) {
  const auto& snapshot = *call.exchange.snapshot;
  Listed listed;
  listed.rows = configured(snapshot);
  if (!snapshot.catch_all) co_return listed;
  const auto* upstream = &snapshot.upstreams[*snapshot.catch_all];
  auto path = list_path(call.exchange, *upstream, whole);
  CO_TRY(auto text, co_await fetch_list(call, upstream, std::move(path)));
  const auto body = json::parse(text);
  if (!body || !body->is_object()) {
    co_return fail(Errc::upstream_protocol, "the upstream's list of models is no JSON object");
  }
  const bool same = listed.rows.empty() && shape_of(*body) == wanted_shape(call.exchange.http);
  const auto named = listed.rows;
  for (auto& row : read_model_list(*body)) {
    if (!has(named, row.id)) listed.rows.push_back(std::move(row));
  }
  if (same) listed.verbatim = std::move(text);
  co_return listed;
}

net::Task<> reply(Call call, Result<std::string> body, Record record) {
  if (!body) {
    co_await send_error(call.exchange, std::move(body).error(), call.responder, record);
  } else {
    const http::ResponseHead none;
    auto head = answer_head(call.exchange, record, none, "application/json");
    co_await send_answer(std::move(head), std::move(*body), call.responder, record);
  }
  close_record(call.exchange, record, call.services);
}

std::string decoded(std::string_view text) {
  std::string out;
  const auto hex = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
    i += 2;
  }
  return out;
}

}  // namespace models_endpoint

net::Task<> run_models(Call call) {
  auto listed = co_await models_endpoint::list(call, false);
  Result<std::string> body;
  if (!listed) {
    body = std::unexpected(std::move(listed).error());
  } else if (!listed->verbatim.empty()) {
    body = std::move(listed->verbatim);
  } else {
    body = write_model_list(listed->rows, models_endpoint::wanted_shape(call.exchange.http));
  }
  auto record = Record();
  co_await models_endpoint::reply(call, std::move(body), std::move(record));
}

net::Task<> run_model(Call call) {
  auto listed = co_await models_endpoint::list(call, true);
  // Ids may hold slashes, raw or encoded: the whole rest of the path is the id.
  const auto path = call.exchange.http.path();
  const auto id = models_endpoint::decoded(path.substr(path.find("/models/") + 8));
  Result<std::string> body;
  if (!listed) {
    body = std::unexpected(std::move(listed).error());
  } else {
    const auto found = std::ranges::find(listed->rows, id, &ModelRow::id);
    if (found == listed->rows.end()) {
      body = fail(Errc::not_found, "the model '" + id + "' is not listed; GET /v1/models lists the models", "model");
    } else {
      body = write_model(*found, models_endpoint::wanted_shape(call.exchange.http));
    }
  }
  auto record = Record();
  co_await models_endpoint::reply(call, std::move(body), std::move(record));
}

}  // namespace llmgw::proxy
