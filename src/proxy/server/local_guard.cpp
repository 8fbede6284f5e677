#include "proxy/server/local_guard.h"

#include <fmt/format.h>

#include <algorithm>

namespace llmgw::server {
namespace guarding {

std::unexpected<Error> refused(int status, std::string message, std::string_view param) {
  auto error = fail(Errc::permission, std::move(message), std::string(param));
  error.error().status = status;
  return error;
}

/// The name in a Host header, without its port and without the final dot of a fully qualified name.
std::string_view host_name(std::string_view authority) {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  std::string_view name = authority.substr(0, authority.find(':'));
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

bool is_ours(std::string_view authority, const GuardOptions& options) {
  const std::string_view name = host_name(authority);
  for (const std::string_view own : {"localhost", "127.0.0.1", "[::1]"})
    if (http::same_name(name, own)) return true;
  return std::ranges::any_of(options.allow_hosts, [&](std::string_view host) {
    const bool bare_v6 = host.find(':') != host.npos && !host.starts_with('[');
    return bare_v6 ? http::same_name(name, fmt::format("[{}]", host)) : http::same_name(name, host);
  });
}

/// True when the page that sent the request came from this very server: its origin is our own address.
bool is_same_origin(std::string_view origin, std::string_view authority) {
  const auto scheme_end = origin.find("://");
  if (scheme_end == origin.npos) return false;
  const std::string_view scheme = origin.substr(0, scheme_end);
  if (scheme != "http" && scheme != "https") return false;
  return http::same_name(origin.substr(scheme_end + 3), authority);
}

bool is_listed(std::string_view origin, const GuardOptions& options) {
  return origin != "null" && std::ranges::any_of(options.allow_origins, [&](std::string_view allowed) {
           if (allowed.ends_with('/')) allowed.remove_suffix(1);
           return http::same_name(origin, allowed);
         });
}

}  // namespace guarding

Result<> check_local(const http::Request& request, const Peer& peer, const GuardOptions& options) {
  const auto host = request.headers.get("host").value_or("");
  const bool unix_socket = peer.address == "unix";
  // A page of another site can reach 127.0.0.1 by a name of its own that resolves there (DNS rebinding); its requests
  // then carry that name.
  if (!unix_socket && !host.empty() && !guarding::is_ours(host, options))
    return guarding::refused(421, "this server does not answer to that host name; list it under allow_hosts", "host");
  if (!unix_socket && host.empty() && !request.http10)
    return guarding::refused(421, "the request names no host", "host");
  const auto origin = request.headers.get("origin");
  const bool listed = origin && guarding::is_listed(*origin, options);
  if (origin && !listed && !guarding::is_same_origin(*origin, host))
    return guarding::refused(403, "pages of that origin may not use this server; list it under allow_origins",
                             "origin");
  const auto site = request.headers.get("sec-fetch-site");
  if (site && http::same_name(*site, "cross-site") && !listed)
    return guarding::refused(403, "a page of another site may not use this server", "sec-fetch-site");
  return {};
}

bool origin_listed(const http::Request& request, const GuardOptions& options) {
  const auto origin = request.headers.get("origin");
  return origin && guarding::is_listed(*origin, options);
}

}  // namespace llmgw::server
