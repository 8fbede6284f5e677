#include "core/providers/auth.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace llmgw::provider {
namespace auth {

constexpr std::string_view placeholder = "{api_key}";

// Written by llmgw or by the connection; a second value would change how the message is read.
constexpr std::array<std::string_view, 14> reserved{
    "content-type", "content-length", "content-encoding", "transfer-encoding", "connection", "host",
    "te",           "trailer",        "accept-encoding",  "upgrade",           "expect",     "keep-alive",
    "accept",       "cookie"};

/// A character of a token (RFC 9110 section 5.6.2).
bool token_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// A character of a field value (RFC 9110 section 5.5), without what only old senders used.
bool value_char(char c) { return c == '\t' || (c >= 0x20 && c != 0x7f); }

std::unexpected<Error> bad_format(std::string why) {
  return fail(Errc::config, "auth_header_format " + std::move(why), "auth_header_format");
}

/// Splits the format at its placeholder and resolves doubled braces.
Result<AuthScheme> split(std::string_view format) {
  AuthScheme scheme;
  bool seen = false;
  for (std::size_t i = 0; i < format.size();) {
    auto& part = seen ? scheme.after : scheme.before;
    const auto rest = format.substr(i);
    if (rest.starts_with("{{") || rest.starts_with("}}")) {
      part += rest[0];
      i += 2;
    } else if (rest.starts_with(placeholder)) {
      if (seen) return bad_format("must hold {api_key} only once");
      seen = true;
      i += placeholder.size();
    } else if (rest[0] == '{' || rest[0] == '}') {
      return bad_format("must hold {api_key} and nothing else in braces; write {{ or }} for a brace");
    } else if (!value_char(rest[0])) {
      return bad_format("holds a character that no header value may carry");
    } else {
      part += rest[0];
      ++i;
    }
  }
  if (!seen) return bad_format("must hold {api_key}");
  return scheme;
}

}  // namespace auth

Result<> check_header_name(std::string_view name) {
  if (name.empty() || !std::ranges::all_of(name, auth::token_char))
    return fail(Errc::config, fmt::format("\"{}\" is no header name", name));
  if (std::ranges::any_of(auth::reserved, [&](std::string_view each) { return http::same_name(each, name); }))
    return fail(Errc::config, fmt::format("the header {} is reserved", name));
  return {};
}

Result<AuthScheme> auth_scheme(const Provider& provider, std::string_view custom_name, std::string_view custom_format) {
  if (custom_name.empty() && custom_format.empty()) {
    if (provider.auth == AuthKind::x_api_key) return AuthScheme{"x-api-key", "", ""};
    return AuthScheme{"authorization", "Bearer ", ""};
  }
  const std::string_view culprit = custom_name.empty() ? "auth_header_format" : "auth_header_name";
  if (!provider.custom_auth)
    return fail(Errc::config, fmt::format("custom auth headers are not supported for provider \"{}\"", provider.name),
                std::string(culprit));
  if (!custom_name.empty()) {
    if (auto named = check_header_name(custom_name); !named)
      return fail(Errc::config, "auth_header_name: " + named.error().message, "auth_header_name");
  }
  TRY(auto scheme, auth::split(custom_format.empty() ? "Bearer {api_key}" : custom_format));
  scheme.header = custom_name.empty() ? "authorization" : std::string(custom_name);
  return scheme;
}

void add_credential(http::Headers& headers, const AuthScheme& scheme, const Secret& key) {
  std::string value;
  value.reserve(scheme.before.size() + key.reveal().size() + scheme.after.size());
  value.append(scheme.before).append(key.reveal()).append(scheme.after);
  headers.set(scheme.header, value);
}

}  // namespace llmgw::provider
