#include "proxy/pipeline/attempt.h"

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

}  // namespace attempts

void hide_credentials(const Attempt& attempt, std::string& text) {
  attempts::hide(text, attempt.upstream.key.reveal(), attempts::shortest_key);
  attempts::hide(text, attempt.client_key.reveal(), attempts::shortest_key);
  for (const auto& header : attempt.upstream.headers) attempts::hide(text, header.value, attempts::shortest_header);
}

}  // namespace llmgw::proxy
