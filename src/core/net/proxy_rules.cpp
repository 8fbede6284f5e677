#include "core/net/proxy_rules.h"

#include <algorithm>

#include "core/base/url.h"

namespace llmgw::net {
namespace proxy_matching {

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// True for the name itself and for names below it: `example.com` and `.example.com` both cover `api.example.com`.
bool covers(std::string_view entry, std::string_view host) {
  if (entry == "*") return true;
  while (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  if (entry.empty() || entry.size() > host.size()) return false;
  if (!http::same_name(host.substr(host.size() - entry.size()), entry)) return false;
  return entry.size() == host.size() || host[host.size() - entry.size() - 1] == '.';
}

bool is_listed(std::string_view list, std::string_view host) {
  for (std::size_t start = 0; start <= list.size();) {
    const auto comma = std::min(list.find(',', start), list.size());
    if (covers(trim(list.substr(start, comma - start)), host)) return true;
    start = comma + 1;
  }
  return false;
}

}  // namespace proxy_matching

ProxyRules proxies_from(const std::function<std::optional<std::string>(std::string_view)>& variable) {
  const auto all = variable("all_proxy").or_else([&] { return variable("ALL_PROXY"); }).value_or("");
  ProxyRules rules;
  rules.http = variable("http_proxy").value_or(all);
  rules.https = variable("https_proxy").or_else([&] { return variable("HTTPS_PROXY"); }).value_or(all);
  rules.no_proxy = variable("no_proxy").or_else([&] { return variable("NO_PROXY"); }).value_or("");
  return rules;
}

std::string proxy_for(const ProxyRules& rules, const Endpoint& endpoint) {
  if (!endpoint.unix_path.empty() || is_loopback_host(endpoint.host) || endpoint.proxy == "none") return {};
  if (!endpoint.proxy.empty()) return endpoint.proxy;
  if (proxy_matching::is_listed(rules.no_proxy, endpoint.host)) return {};
  return endpoint.tls ? rules.https : rules.http;
}

}  // namespace llmgw::net
