#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/config/schema.h"
#include "core/http/message.h"
#include "proxy/pipeline/attempt.h"
#include "proxy/pipeline/exchange.h"

namespace llmgw::proxy {

/// One rule that looks at requests and may change or refuse them. It does no I/O, knows no other policy and notes
/// what it changed in `exchange.applied`. The order of policies is that of `policies/registry.cpp`.
class Policy {
 public:
  virtual ~Policy() = default;
  /// When a request for any endpoint arrives, before its body is looked at.
  virtual Result<> on_arrival(const http::Request& request, const Snapshot& snapshot) const {
    (void)request;
    (void)snapshot;
    return {};
  }
  /// When the request's facts are known, before an upstream is chosen.
  virtual Result<> on_request(Exchange& exchange) const {
    (void)exchange;
    return {};
  }
  /// When an upstream is chosen, before the request is written for it.
  virtual Result<> on_attempt(Exchange& exchange, Attempt& attempt) const {
    (void)exchange;
    (void)attempt;
    return {};
  }
};

/// Makes the policies that the configuration asks for, in the registry's order.
std::vector<std::unique_ptr<const Policy>> make_policies(const config::Config& config);

}  // namespace llmgw::proxy
