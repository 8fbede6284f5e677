#pragma once

#include "core/base/error.h"
#include "core/config/schema.h"
#include "core/health/target.h"
#include "proxy/snapshot.h"

namespace llmgw::proxy {

/// Takes over what the configuration says about watching a server. Errors are `config`.
Result<> set_watched(health::Target& target, const config::Watched& watched);

/// The upstream of a model as health checks see it. `upstream` is what `make_upstream` made of `model`; the target's
/// name is the model's. Where each client's own key is forwarded there is none to check with.
Result<health::Target> health_target(const config::Model& model, const Upstream& upstream);

}  // namespace llmgw::proxy
