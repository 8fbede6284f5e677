#include "proxy/pipeline/attempt.h"

#include "core/dialects/error_body.h"

namespace llmgw::proxy {

void hide_credentials(const Attempt& attempt, std::string& text) {
  constexpr std::size_t shortest_key = 4;
  dialect::hide_credential(text, attempt.upstream.key.reveal(), shortest_key);
  dialect::hide_credential(text, attempt.client_key.reveal(), shortest_key);
  for (const auto& header : attempt.upstream.headers) dialect::hide_header_credential(text, header.value);
}

}  // namespace llmgw::proxy
