#include "proxy/policies/billing_header/billing_header.h"

namespace llmgw::proxy {
namespace billing_header {

bool present(json::View body) {
  const auto system = body["system"];
  if (system.is_string()) return ir::is_billing_header(system.string().value_or(std::string()));
  for (const auto& block : system.elements()) {
    if (ir::is_billing_header(block["text"].string().value_or(std::string()))) return true;
  }
  return false;
}

}  // namespace billing_header

Result<> BillingHeader::on_attempt(Exchange& exchange, Attempt& attempt) const {
  if (exchange.client != &dialect::anthropic_messages) return {};
  if (attempt.upstream.dialect == &dialect::anthropic_messages) return {};
  if (!billing_header::present(exchange.body)) return {};
  attempt.changes.drop_billing_header = true;
  exchange.applied.add("billing_header", "dropped");
  return {};
}

}  // namespace llmgw::proxy
