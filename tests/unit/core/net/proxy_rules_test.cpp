#include "core/net/proxy_rules.h"

#include <catch2/catch_test_macros.hpp>
#include <map>

using namespace llmgw::net;

namespace proxy_rules_test {

ProxyRules rules_of(const std::map<std::string, std::string, std::less<>>& environment) {
  return proxies_from([&](std::string_view name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional(found->second);
  });
}

Endpoint at(std::string host, bool tls = true) {
  Endpoint endpoint;
  endpoint.host = std::move(host);
  endpoint.tls = tls;
  return endpoint;
}

TEST_CASE("proxies come from the customary variables", "[net]") {
  const auto rules = rules_of({{"http_proxy", "http://a:1"}, {"HTTPS_PROXY", "http://b:2"}, {"NO_PROXY", "x"}});
  CHECK(proxy_for(rules, at("api.example.com", false)) == "http://a:1");
  CHECK(proxy_for(rules, at("api.example.com")) == "http://b:2");
  CHECK(rules_of({{"HTTP_PROXY", "http://evil"}}).http.empty());
  CHECK(rules_of({{"all_proxy", "socks5h://c"}}).https == "socks5h://c");
}

TEST_CASE("loopback and unix sockets never go through a proxy", "[net]") {
  const ProxyRules rules{.http = "http://p", .https = "http://p", .no_proxy = ""};
  for (const auto* host : {"localhost", "127.0.0.1", "127.8.8.8", "::1"}) {
    CHECK(proxy_for(rules, at(host)).empty());
    CHECK(proxy_for(rules, at(host, false)).empty());
  }
  Endpoint unix_socket = at("example.com");
  unix_socket.unix_path = "/run/x";
  CHECK(proxy_for(rules, unix_socket).empty());
}

TEST_CASE("no_proxy covers hosts and the names below them", "[net]") {
  const ProxyRules rules{.http = "", .https = "http://p", .no_proxy = "internal.example, .corp,10.0.0.7"};
  for (const auto* host : {"internal.example", "llm.INTERNAL.example", "corp", "a.b.corp", "10.0.0.7"})
    CHECK(proxy_for(rules, at(host)).empty());
  for (const auto* host : {"notinternal.example", "example", "mycorp", "10.0.0.70"})
    CHECK(proxy_for(rules, at(host)) == "http://p");
  CHECK(proxy_for(ProxyRules{.http = "", .https = "http://p", .no_proxy = "*"}, at("any")).empty());
}

TEST_CASE("an endpoint may name its own proxy or none", "[net]") {
  const ProxyRules rules{.http = "", .https = "http://p", .no_proxy = "direct.example"};
  Endpoint endpoint = at("direct.example");
  endpoint.proxy = "http://own";
  CHECK(proxy_for(rules, endpoint) == "http://own");
  endpoint = at("api.example");
  endpoint.proxy = "none";
  CHECK(proxy_for(rules, endpoint).empty());
}

}  // namespace proxy_rules_test
