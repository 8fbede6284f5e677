#pragma once

#include "proxy/policies/policy.h"

namespace llmgw::proxy {

/// Admits requests that present the local token. Loopback is shared by every program and every web page on the
/// machine, so being local alone proves nothing.
class LocalToken final : public Policy {
 public:
  Result<> on_arrival(const http::Request& request, const Snapshot& snapshot) const override;
};

}  // namespace llmgw::proxy
