#include "proxy/pipeline/attempt.h"

#include "core/base/base64.h"
#include "core/http/headers.h"

namespace llmgw::proxy {
namespace attempts {

// Shorter values are no credentials, and words of any message.
constexpr std::size_t shortest_key = 4;
constexpr std::size_t shortest_header = 8;

void hide(std::string& text, std::string_view secret, std::size_t shortest) {
  constexpr std::string_view mark = "[redacted]";
  if (secret.size() < shortest) return;
  for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + mark.size())) {
    text.replace(at, secret.size(), mark);
  }
}

// Errors quote the credential without its scheme: what follows `Bearer `, and the password of `Basic `.
void hide_header(std::string& text, std::string_view value) {
  hide(text, value, shortest_header);
  const auto scheme_end = value.rfind(' ');
  if (scheme_end == std::string_view::npos) return;
  const auto credential = value.substr(scheme_end + 1);
  hide(text, credential, shortest_header);
  if (!http::same_name(value.substr(0, scheme_end), "basic")) return;
  const auto user_and_password = from_base64(credential);
  if (user_and_password) hide(text, user_and_password->substr(user_and_password->find(':') + 1), shortest_key);
}

}  // namespace attempts

void hide_credentials(const Attempt& attempt, std::string& text) {
  attempts::hide(text, attempt.upstream.key.reveal(), attempts::shortest_key);
  attempts::hide(text, attempt.client_key.reveal(), attempts::shortest_key);
  for (const auto& header : attempt.upstream.headers) attempts::hide_header(text, header.value);
}

}  // namespace llmgw::proxy
