#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/http_client.h"

namespace llmgw::net {

/// Which proxy serves which scheme, as the customary environment variables say.
struct ProxyRules {
  std::string http;      ///< proxy for http:// upstreams, or empty
  std::string https;     ///< proxy for https:// upstreams, or empty
  std::string no_proxy;  ///< comma-separated hosts and domain suffixes to reach directly; `*` is all
};

/// Reads `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`. The upper-case forms count as well, except
/// HTTP_PROXY: a CGI environment lets any client set that one (CVE-2016-5385), so curl ignores it too.
ProxyRules proxies_from(const std::function<std::optional<std::string>(std::string_view)>& variable);

/// The proxy to reach an endpoint by, or empty: unix sockets, loopback and `no_proxy` hosts are reached directly.
std::string proxy_for(const ProxyRules& rules, const Endpoint& endpoint);

}  // namespace llmgw::net
