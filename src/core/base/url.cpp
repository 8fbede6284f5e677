#include "core/base/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace llmgw {
namespace url {

struct HostPort {
  std::string host;
  std::optional<std::string_view> port;
};

bool plain_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' ||
           c == '_';
  });
}

bool v6_host(std::string_view host) {
  return host.find(':') != std::string_view::npos && std::ranges::all_of(host, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f') || c == ':' || c == '.' ||
                  c == '%';
         });
}

/// Cuts `host[:port]` or `[v6][:port]`; nullopt when it is neither.
std::optional<HostPort> split_host_port(std::string_view text) {
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    const auto host = text.substr(1, close - 1);
    const auto rest = text.substr(close + 1);
    if (!v6_host(host) || (!rest.empty() && rest.front() != ':')) return std::nullopt;
    if (rest.empty()) return HostPort{std::string(host), std::nullopt};
    return HostPort{std::string(host), rest.substr(1)};
  }
  const auto colon = text.find(':');
  if (!plain_host(text.substr(0, colon))) return std::nullopt;
  if (colon == std::string_view::npos) return HostPort{std::string(text), std::nullopt};
  return HostPort{std::string(text.substr(0, colon)), text.substr(colon + 1)};
}

std::unexpected<Error> bad(std::string_view text, std::string_view why) {
  return fail(Errc::usage, fmt::format("\"{}\" is no server address: {}", text, why));
}

Result<ServerUrl> unix_url(std::string_view text) {
  const auto path = text.substr(5);
  if (!path.starts_with('/')) return bad(text, "the socket's path must begin with /");
  // As nginx writes it: unix:/socket/path:/base/path.
  const auto colon = path.find(":/");
  ServerUrl url;
  url.unix_path = path.substr(0, colon);
  if (colon != std::string_view::npos) url.path = path.substr(colon + 1);
  while (url.path.ends_with('/')) url.path.pop_back();
  return url;
}

}  // namespace url

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host == "::1" || host == "0:0:0:0:0:0:0:1") return true;
  return host.starts_with("127.") && std::ranges::count(host, '.') == 3 &&
         std::ranges::all_of(host, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

bool ServerUrl::loopback() const { return !unix_path.empty() || is_loopback_host(host); }
bool ListenAddress::loopback() const { return !unix_path.empty() || is_loopback_host(host); }

Result<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size())
    return fail(Errc::usage, fmt::format("\"{}\" is no port number (0 to 65535)", text));
  return port;
}

Result<ServerUrl> parse_server_url(std::string_view text) {
  if (text.starts_with("unix:")) return url::unix_url(text);
  ServerUrl result;
  result.tls = text.starts_with("https://");
  if (!result.tls && !text.starts_with("http://"))
    return url::bad(text, "it must begin with http://, https:// or unix:");
  const auto rest = text.substr(result.tls ? 8 : 7);
  if (rest.find_first_of("?#") != std::string_view::npos) return url::bad(text, "it must not hold ? or #");
  if (std::ranges::any_of(rest, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; }))
    return url::bad("...", "it holds white space or control characters");
  const auto slash = rest.find('/');
  const auto authority = rest.substr(0, slash);
  if (authority.find('@') != std::string_view::npos)
    return url::bad("...", "a URL must not carry a user or password; use api_key");
  const auto parts = url::split_host_port(authority);
  if (!parts) return url::bad(text, "the host is missing or malformed");
  result.host = parts->host;
  result.port = result.tls ? 443 : 80;
  if (parts->port) {
    const auto port = parse_port(*parts->port);
    if (!port) return url::bad(text, "the port must be a number from 1 to 65535");
    result.port = *port;
    if (result.port == 0) return url::bad(text, "port 0 cannot be connected to");
  }
  if (slash != std::string_view::npos) result.path = rest.substr(slash);
  while (result.path.ends_with('/')) result.path.pop_back();
  return result;
}

Result<ListenAddress> parse_listen_address(std::string_view text) {
  ListenAddress address;
  if (text.starts_with("unix:")) {
    address.unix_path = text.substr(5);
    if (address.unix_path.empty()) return fail(Errc::usage, "unix: needs the path of a socket");
    return address;
  }
  const auto parts = url::split_host_port(text);
  if (!parts || !parts->port)
    return fail(Errc::usage, fmt::format("\"{}\" is no listen address: use HOST:PORT, [IPV6]:PORT or unix:PATH", text));
  address.host = parts->host;
  const auto port = parse_port(*parts->port);
  if (!port)
    return fail(Errc::usage,
                fmt::format("\"{}\" is no listen address: the port must be a number from 0 to 65535", text));
  address.port = *port;
  return address;
}

void hide_users(std::string& text, std::string_view mark) {
  for (auto at = text.find("://"); at != std::string::npos; at = text.find("://", at + 1)) {
    const auto from = at + 3;
    const auto end = std::min(text.find_first_of("/?# \t\n\"'", from), text.size());
    const auto sign = text.substr(from, end - from).find_last_of('@');
    if (sign != std::string::npos) text.replace(from, sign, mark);
  }
}

}  // namespace llmgw
