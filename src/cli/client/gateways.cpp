#include "cli/client/gateways.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "core/net/task_group.h"
#include "core/status/control_socket.h"

namespace llmgw::cli {
namespace gateways {

// A gateway answers this from memory: one that takes longer hangs.
constexpr net::milliseconds patience{2'000};
constexpr std::size_t largest_status = std::size_t{4} << 20U;

net::HttpRequest request_for(const std::string& socket) {
  net::Endpoint endpoint;
  endpoint.unix_path = socket;
  net::HttpRequest request;
  request.endpoint = net::share(std::move(endpoint));
  request.message.method = "GET";
  request.message.target = "/llmgw/status";
  request.deadlines = {.connect = patience, .first_byte = patience, .idle = patience, .total = patience};
  return request;
}

net::Task<> ask(net::HttpClient& client, Gateway& gateway, net::HttpRequest request) {
  auto answer = co_await net::fetch(client, std::move(request), largest_status);
  if (!answer) {
    gateway.problem = answer.error().message;
    co_return;
  }
  if (answer->head.status != 200) {
    gateway.problem = fmt::format("answers with HTTP {}, which no llmgw does", answer->head.status);
    co_return;
  }
  auto status = status::decode(answer->body);
  if (!status) {
    gateway.problem = status.error().message;
    co_return;
  }
  gateway.status = *std::move(status);
  gateway.raw = std::move(answer->body);
  while (gateway.raw.ends_with('\n')) gateway.raw.pop_back();
}

}  // namespace gateways

std::vector<Gateway> find_gateways(const Env& env, const std::string& configured) {
  std::vector<Gateway> found;
  for (auto& path : status::find_control_sockets(env)) found.push_back({.socket = std::move(path)});
  struct stat status {};
  const bool there = !configured.empty() && ::stat(configured.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
  if (there && std::ranges::find(found, configured, &Gateway::socket) == found.end())
    found.push_back({.socket = configured});
  return found;
}

net::Task<bool> ask_gateways(net::HttpClient& client, std::vector<Gateway>& found) {
  const auto group = co_await net::TaskGroup::here();
  for (auto& gateway : found) {
    auto request = gateways::request_for(gateway.socket);
    group->start(gateways::ask(client, gateway, std::move(request)));
  }
  const auto ended = co_await group->join();
  if (ended == net::Wake::set) co_return true;
  // A signal: the tasks use what belongs to the caller, so they end before this does.
  group->cancel();
  co_await group->join();
  co_return false;
}

}  // namespace llmgw::cli
