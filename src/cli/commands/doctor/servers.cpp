#include "cli/commands/doctor/servers.h"

#include <algorithm>
#include <utility>

#include "core/base/written_time.h"
#include "core/net/task_group.h"
#include "core/providers/provider.h"
#include "proxy/transport.h"

namespace llmgw::cli::doctoring {
namespace server_facts {

constexpr std::size_t largest_answer = std::size_t{64} << 10U;

bool is_literal(const net::Endpoint& endpoint) {
  const auto& host = endpoint.host;
  return !endpoint.unix_path.empty() || host == "localhost" || host.contains(':') ||
         host.find_first_not_of("0123456789.") == std::string::npos;
}

void add(std::vector<Server>& servers, std::string named_by, net::Endpoint endpoint) {
  const auto known = std::ranges::find(servers, endpoint, &Server::endpoint);
  if (known != servers.end()) {
    known->host.named_by.push_back(std::move(named_by));
    return;
  }
  doctor::Host host;
  host.named_by.push_back(std::move(named_by));
  host.url = endpoint.unix_path.empty() ? (endpoint.tls ? "https://" : "http://") + endpoint.authority()
                                        : "unix:" + endpoint.unix_path;
  host.host = endpoint.host;
  host.literal = is_literal(endpoint);
  servers.push_back({std::move(host), std::move(endpoint)});
}

/// The endpoint of an address, the provider's own where it is empty; nullopt where there is none.
std::optional<net::Endpoint> endpoint_of(std::string_view kind, std::string_view base) {
  const auto* row = provider::provider_of_kind(kind);
  if (row == nullptr) return std::nullopt;
  auto url = net::parse_url(provider::versioned_base(*row, base));
  if (!url) return std::nullopt;
  return std::move(url->endpoint);
}

net::Task<> ask(net::HttpClient& client, Server& server, net::HttpRequest request, const Clock& clock) {
  server.host.asked = true;
  const auto answer = co_await net::fetch(client, std::move(request), largest_answer);
  if (!answer) {
    server.host.problem = answer.error().message;
    co_return;
  }
  server.host.status = answer->head.status;
  const auto date = parse_http_date(answer->head.headers.get("date").value_or(""));
  if (date) server.host.ahead_s = clock.unix_s() - *date;
}

net::HttpRequest head_of(const Server& server, net::milliseconds timeout) {
  net::HttpRequest request;
  request.endpoint = net::share(server.endpoint);
  request.message.method = "HEAD";
  request.message.target = "/";
  request.message.headers.set("user-agent", "llmgw/" LLMGW_VERSION);
  request.deadlines = {.connect = timeout, .first_byte = timeout, .idle = timeout, .total = timeout};
  return request;
}

}  // namespace server_facts

std::vector<Server> servers_of(const config::Config& config) {
  std::vector<Server> servers;
  for (const auto& [name, profile] : config.profiles) {
    auto endpoint = server_facts::endpoint_of(profile.kind, profile.base_url);
    if (!endpoint) continue;
    proxy::set_transport(*endpoint, profile.transport);
    server_facts::add(servers, "profile " + name, *std::move(endpoint));
  }
  for (const auto& model : config.models) {
    auto endpoint = server_facts::endpoint_of(model.params.provider, model.params.api_base);
    if (!endpoint) continue;
    proxy::set_transport(*endpoint, model.params.transport);
    server_facts::add(servers, "model " + model.name, *std::move(endpoint));
  }
  return servers;
}

net::Task<bool> ask_servers(net::HttpClient& client, std::vector<Server>& servers, net::milliseconds timeout,
                            const Clock& clock) {
  const auto group = co_await net::TaskGroup::here();
  for (auto& server : servers) {
    auto request = server_facts::head_of(server, timeout);
    group->start(server_facts::ask(client, server, std::move(request), clock));
  }
  const auto ended = co_await group->join();
  if (ended == net::Wake::set) co_return true;
  // A signal: the tasks use what belongs to the caller, so they end before this does.
  group->cancel();
  co_await group->join();
  co_return false;
}

}  // namespace llmgw::cli::doctoring
