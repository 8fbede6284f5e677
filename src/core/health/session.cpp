#include "core/health/session.h"

namespace llmgw::health {
namespace sessions {

constexpr std::int64_t ns_per_ms = 1'000'000;

/// The page of another server that a path stands for, or null.
const net::Url* other_server(const Session& session, std::string_view path) {
  if (path == "{dcgm}") return &*session.target.dcgm_url;
  return elsewhere(session, path) ? &*session.target.metrics_url : nullptr;
}

}  // namespace sessions

Error out_of_time(NetFault reached) {
  auto error = fail(Errc::cancelled, "the time limit of the run came first").error();
  error.fault = reached;
  return error;
}

Error of_short_question(Error error) { return error.code == Errc::timeout ? out_of_time(error.fault) : error; }

bool elsewhere(const Session& session, std::string_view path) {
  return session.target.metrics_url && session.facts.kind != nullptr && path == session.facts.kind->metrics;
}

net::milliseconds left(const Session& session) {
  return net::milliseconds((session.deadline_ns - session.service.clock.now_ns()) / sessions::ns_per_ms);
}

net::HttpRequest request_for(const Session& session, std::string_view path, bool keyed, net::milliseconds limit) {
  const auto& target = session.target;
  net::HttpRequest request;
  request.deadlines = {limit, limit, limit, limit};
  auto& message = request.message;
  message.method = "GET";
  message.headers.set("user-agent", "llmgw/" LLMGW_VERSION);
  message.headers.set("accept", "*/*");
  if (const auto* other = sessions::other_server(session, path)) {
    request.endpoint = net::share(other->endpoint);
    message.target = other->path;
    return request;
  }
  request.endpoint = session.endpoint;
  message.target = path_at(target, path);
  if (!keyed) return request;
  if (!target.key.empty()) provider::add_credential(message.headers, target.auth, target.key);
  if (target.auth.header == "x-api-key") message.headers.set("anthropic-version", "2023-06-01");
  for (const auto& [name, value] : target.headers) message.headers.set(name, value.reveal());
  return request;
}

}  // namespace llmgw::health
