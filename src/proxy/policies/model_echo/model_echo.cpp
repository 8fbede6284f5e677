#include "proxy/policies/model_echo/model_echo.h"

namespace llmgw::proxy {

Result<> ModelEcho::on_attempt(Exchange& exchange, Attempt& attempt) const {
  attempt.client.model = exchange.facts.model;
  if (attempt.changes.model) attempt.edits.model = exchange.facts.model;
  return {};
}

}  // namespace llmgw::proxy
