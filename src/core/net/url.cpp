#include "core/base/url.h"

#include <fmt/format.h>

#include "core/net/http_client.h"

namespace llmgw::net {

std::string Endpoint::authority() const {
  if (!unix_path.empty()) return "localhost";
  const bool bracket = host.find(':') != std::string::npos;
  std::string text = bracket ? '[' + host + ']' : host;
  if (port != (tls ? 443 : 80)) fmt::format_to(std::back_inserter(text), ":{}", port);
  return text;
}

Result<Url> parse_url(std::string_view text) {
  TRY(ServerUrl parsed, parse_server_url(text));
  Url url;
  url.endpoint.tls = parsed.tls;
  url.endpoint.host = std::move(parsed.host);
  url.endpoint.port = parsed.port;
  url.endpoint.unix_path = std::move(parsed.unix_path);
  url.path = std::move(parsed.path);
  return url;
}

}  // namespace llmgw::net
