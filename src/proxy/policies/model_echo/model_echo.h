#pragma once

#include "proxy/policies/policy.h"

namespace llmgw::proxy {

/// Puts the name that the client asked for into the answer: into every translated one, and into a same-format one
/// where llmgw changed the name on the way in. Otherwise the bytes stay.
class ModelEcho final : public Policy {
 public:
  Result<> on_attempt(Exchange& exchange, Attempt& attempt) const override;
};

}  // namespace llmgw::proxy
