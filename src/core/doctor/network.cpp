#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/doctor/judges.h"

namespace llmgw::doctor {
namespace network {

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

std::string_view variable(const Facts& facts, std::string_view name) {
  const auto found = facts.variables.find(std::string(name));
  return found == facts.variables.end() ? std::string_view{} : found->second.reveal();
}

/// True when a list of hosts to reach directly has this entry; `*` has all. Programs differ in what else they match.
bool lists(std::string_view list, std::string_view host) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    auto entry = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    while (entry.starts_with(' ')) entry.remove_prefix(1);
    while (entry.ends_with(' ')) entry.remove_suffix(1);
    if (entry == host || entry == "*") return true;
  }
  return false;
}

/// The variable that sends plain http through a proxy, or empty.
std::string_view proxy_variable(const Facts& facts) {
  constexpr std::array names{"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"};
  const auto* found = std::ranges::find_if(names, [&](const char* name) { return !variable(facts, name).empty(); });
  return found == names.end() ? std::string_view{} : std::string_view(*found);
}

void judge_port(const Port& port, const Facts& facts, Findings& findings) {
  Finding found{.subject = fmt::format("port {}", port.number), .says = "free"};
  const auto serves = std::ranges::find_if(facts.running, [&](const Running& one) {
    return std::ranges::any_of(one.status.listeners,
                               [&](const std::string& url) { return url.ends_with(fmt::format(":{}", port.number)); });
  });
  if (serves != facts.running.end()) {
    found.says = fmt::format("llmgw serve listens there (process {})", serves->status.pid);
  } else if (port.taken) {
    found.state = State::warn;
    const auto who =
        port.program.empty() ? std::string("another program") : fmt::format("{} (process {})", port.program, port.pid);
    found.says = fmt::format("{} listens there: serve could not start", who);
    found.mend = "stop that program, or choose another port: llmgw serve --port N, or [server] listen";
  }
  findings.push_back(std::move(found));
}

}  // namespace network

void judges::dns(const Facts& facts, Findings& findings) {
  const auto before = findings.size();
  for (const auto& host : facts.hosts) {
    if (host.literal || facts.offline) continue;
    Finding found{.subject = host.host, .says = network::joined(host.addresses)};
    if (!host.dns_problem.empty()) {
      found.state = State::crit;
      found.says = fmt::format("{} ({})", host.dns_problem, network::joined(host.named_by));
      found.mend = "check the name in the configuration, then /etc/resolv.conf and the VPN";
    }
    findings.push_back(std::move(found));
  }
  if (findings.size() != before) return;
  findings.push_back({.state = State::skipped,
                      .says = facts.offline ? "no name was looked up (--offline)" : "no server is named by a name"});
}

void judges::reach(const Facts& facts, Findings& findings) {
  const auto before = findings.size();
  for (const auto& host : facts.hosts) {
    if (!host.asked) continue;
    Finding found{.subject = host.url, .says = fmt::format("answers (HTTP {})", host.status)};
    if (!host.problem.empty()) {
      found.state = State::crit;
      found.says = fmt::format("{} ({})", host.problem, network::joined(host.named_by));
      found.mend = "start that server or correct its address in the configuration; llmgw models -p NAME asks it";
    }
    findings.push_back(std::move(found));
  }
  if (findings.size() != before) return;
  findings.push_back({.state = State::skipped,
                      .says = facts.offline ? "no server was contacted (--offline)"
                                            : "the configuration names no server that could be asked"});
}

void judges::proxies(const Facts& facts, Findings& findings) {
  const auto name = network::proxy_variable(facts);
  if (name.empty()) {
    findings.push_back({.says = "no proxy variable catches plain http"});
    return;
  }
  const auto lower = network::variable(facts, "no_proxy");
  const auto list = lower.empty() ? network::variable(facts, "NO_PROXY") : lower;
  const bool direct = network::lists(list, "localhost") && network::lists(list, "127.0.0.1");
  Finding found{.subject = std::string(name), .says = "NO_PROXY keeps loopback out of it"};
  if (!direct) {
    found.state = State::warn;
    found.says =
        "other programs would ask that proxy for addresses of this machine, where llmgw serve listens; llmgw itself "
        "never does";
    found.mend = "export NO_PROXY=localhost,127.0.0.1,::1 no_proxy=localhost,127.0.0.1,::1";
  }
  findings.push_back(std::move(found));
}

void judges::ports(const Facts& facts, Findings& findings) {
  for (const auto& port : facts.ports) network::judge_port(port, facts, findings);
  if (facts.ports.empty())
    findings.push_back({.state = State::skipped, .says = "the configuration listens on no fixed port"});
}

}  // namespace llmgw::doctor
