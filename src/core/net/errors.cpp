#include "core/net/errors.h"

#include <fmt/format.h>

namespace llmgw::net {

std::string endpoint_name(const Endpoint& endpoint) {
  if (!endpoint.unix_path.empty()) return endpoint.unix_path;
  const bool bracket = endpoint.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", bracket ? "[" : "", endpoint.host, bracket ? "]" : "", endpoint.port);
}

std::string unknown_coding(std::string_view coding) {
  return fmt::format(
      "its body is in the coding \"{}\"; only gzip and deflate can be read (send accept-encoding: identity)",
      coding.substr(0, 64));
}

}  // namespace llmgw::net
