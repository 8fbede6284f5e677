#include "proxy/credential.h"

#include <openssl/crypto.h>

#include <array>

namespace llmgw::proxy {
namespace credential {

constexpr std::array<std::string_view, 3> key_headers{"x-api-key", "api-key", "x-goog-api-key"};

std::optional<std::string_view> bearer(const http::Request& request) {
  const auto value = request.headers.get("authorization");
  if (!value || value->size() < 7 || !http::same_name(value->substr(0, 7), "bearer ")) return std::nullopt;
  auto token = value->substr(7);
  while (token.starts_with(' ')) token.remove_prefix(1);
  return token;
}

std::optional<std::string_view> query_key(const http::Request& request) {
  auto rest = request.query();
  while (!rest.empty()) {
    const auto part = rest.substr(0, rest.find('&'));
    if (part.starts_with("key=")) return part.substr(4);
    rest.remove_prefix(part.size() == rest.size() ? part.size() : part.size() + 1);
  }
  return std::nullopt;
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace credential

std::optional<Credential> find_credential(const http::Request& request, std::string_view except) {
  // No credential is empty, so an empty `except` leaves out none.
  const auto counts = [&](std::optional<std::string_view> value) {
    return value && !value->empty() && !credential::same(*value, except);
  };
  if (const auto token = credential::bearer(request); counts(token)) {
    return Credential{"authorization", std::string(*token)};
  }
  for (const auto name : credential::key_headers) {
    if (const auto value = request.headers.get(name); counts(value)) {
      return Credential{name, std::string(*value)};
    }
  }
  if (const auto value = credential::query_key(request); counts(value)) {
    return Credential{"key", std::string(*value)};
  }
  return std::nullopt;
}

bool presents(const http::Request& request, std::string_view token) {
  // No early return: how many headers were compared must not show in the time.
  bool found = false;
  if (const auto value = credential::bearer(request)) found |= credential::same(*value, token);
  for (const auto name : credential::key_headers) {
    if (const auto value = request.headers.get(name)) found |= credential::same(*value, token);
  }
  if (const auto value = credential::query_key(request)) found |= credential::same(*value, token);
  return found;
}

}  // namespace llmgw::proxy
