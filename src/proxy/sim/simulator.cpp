#include "proxy/sim/simulator.h"

#include <fmt/format.h>

#include "proxy/sim/retrieval.h"

namespace llmgw::sim {
namespace simulating {

/// FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/).
std::uint64_t hash(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t value = 0xcbf29ce484222325ULL ^ (seed * 0x9e3779b97f4a7c15ULL);
  for (const char c : bytes) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return value;
}

constexpr std::size_t most_remembered = 65'536;

}  // namespace simulating

Seeds Simulator::seeds_for(const http::Request& request) {
  Seeds seeds;
  seeds.content = simulating::hash(request.body, world_.options.seed);
  if (const auto id = request.headers.get("x-request-id")) {
    seeds.timing = simulating::hash(*id, seeds.content);
    return seeds;
  }
  if (repetitions_.size() >= simulating::most_remembered) repetitions_.clear();
  seeds.timing = simulating::hash({}, seeds.content + repetitions_[seeds.content]++);
  return seeds;
}

bool Simulator::admitted(const http::Request& request) const {
  if (world_.key.empty() || !request.path().starts_with("/v1/")) return true;
  const auto bearer = request.headers.get("authorization").value_or("");
  const auto key = request.headers.get("x-api-key").value_or("");
  return world_.key.equals(key) || (bearer.starts_with("Bearer ") && world_.key.equals(bearer.substr(7)));
}

Reply Simulator::simple(const http::Request& request) const {
  const auto path = request.path();
  if (request.method == "GET" || request.method == "HEAD") {
    if (path == "/health" || path == "/ping") return {.type = "text/plain", .body = ""};
    if (path == "/metrics")
      return {.type = "text/plain; version=0.0.4", .body = world_.tally.page(world_.options.models.front())};
    if (path == "/version") return version();
    if (path == "/v1/models") return list_models(world_, request);
    constexpr std::string_view models = "/v1/models/";
    if (path.starts_with(models)) return show_model(world_, request, path.substr(models.size()));
  }
  if (request.method == "POST" && path == "/tokenize") return tokenize(world_, request);
  if (request.method == "POST" && path == "/v1/messages/count_tokens") return count_tokens(request);
  if (request.method == "POST" && path == "/v1/embeddings") return embed(world_, request);
  if (request.method == "POST" && path == "/v1/rerank") return rerank(world_, request);
  Error error;
  error.code = Errc::not_found;
  error.wire_code = "unsupported_endpoint";
  error.message = fmt::format("{} {} is not simulated", request.method, path);
  return error_reply(dialect_of(path), error, {});
}

net::Task<> Simulator::handle(const http::Request& request, const server::Peer&, server::Responder& responder) {
  const auto path = request.path();
  const bool generates = request.method == "POST" && (path == "/v1/chat/completions" || path == "/v1/messages");
  const bool allowed = admitted(request);
  if (generates && allowed) {
    Generation generation(io_, world_, request, responder, seeds_for(request));
    co_await generation.run();
    co_return;
  }
  Reply reply;
  if (allowed) {
    reply = simple(request);
  } else {
    Error error;
    error.code = Errc::authentication;
    error.message = "the key is missing or wrong";
    reply = error_reply(dialect_of(path), error, {});
  }
  http::ResponseHead head;
  head.status = reply.status;
  head.headers.add("content-type", reply.type);
  auto sent = co_await responder.send(std::move(head), std::move(reply.body));
  (void)sent;  // the client may have left
}

std::string Simulator::error_body(const Error& error, const http::Request& seen, const server::Peer&) {
  return dialect_of(seen.path()).encode_error(error, {});
}

}  // namespace llmgw::sim
