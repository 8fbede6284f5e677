#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace llmgw {

/// A server's address as people write it: `http(s)://host[:port][/base/path]` or `unix:PATH[:/base/path]`.
struct ServerUrl {
  bool tls = false;
  std::string host;        ///< name or address, without brackets
  std::uint16_t port = 0;  ///< 80 or 443 unless said
  std::string path;        ///< base path without a trailing slash, or empty
  std::string unix_path;   ///< the socket, when the address is `unix:PATH`
  friend bool operator==(const ServerUrl&, const ServerUrl&) = default;

  /// True for `localhost`, 127.0.0.0/8, `::1` and a unix socket: the bytes stay on this machine.
  [[nodiscard]] bool loopback() const;
};

/// Reads a server's address. Errors are `usage`; credentials in a URL are refused, since URLs end up in logs.
Result<ServerUrl> parse_server_url(std::string_view text);

/// Where a server listens: `HOST:PORT`, `[V6]:PORT` or `unix:PATH`.
struct ListenAddress {
  std::string host;        ///< without brackets
  std::uint16_t port = 0;  ///< 0: the system picks one
  std::string unix_path;
  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;

  /// True when only this machine can connect.
  [[nodiscard]] bool loopback() const;
};

/// Reads a listen address. Errors are `usage`.
Result<ListenAddress> parse_listen_address(std::string_view text);

/// True for `localhost`, 127.0.0.0/8 and `::1`.
bool is_loopback_host(std::string_view host);

/// Puts `mark` in the place of the `user:password` of every address in a text.
void hide_users(std::string& text, std::string_view mark);

/// A port number, 0 to 65535, in decimal digits only.
Result<std::uint16_t> parse_port(std::string_view text);

}  // namespace llmgw
