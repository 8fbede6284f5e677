#pragma once

#include <memory>
#include <optional>

#include "core/base/error.h"
#include "core/net/http_client.h"
#include "proxy/pipeline/attempt.h"
#include "proxy/pipeline/exchange.h"
#include "proxy/services.h"

namespace llmgw::proxy {

/// Checks the body, reads its facts, lets the policies look at it, and names the upstream that is to answer.
/// Errors name the field; an unknown model is `not_found` and lists the nearest names.
Result<const Upstream*> prepare(Exchange& exchange);

/// Lets the policies look at a request for `facts.model`, and names the upstream that is to answer.
Result<const Upstream*> choose_upstream(Exchange& exchange);

/// The upstream for a public name, or `not_found` with the nearest names.
Result<const Upstream*> route(const Snapshot& snapshot, std::string_view model);

/// A try at `upstream` that changes nothing: what the refusal of a request of llmgw's own or of a passed-through one is
/// read with.
Attempt plain_attempt(const Exchange& exchange, const Upstream& upstream);

/// One try at `upstream`, with what policies change for it. `context` is the model's context in tokens where a rule
/// needs it and the upstream tells it. On the heap: a coroutine's frame that held it would outgrow the allocator's fast
/// path.
Result<std::unique_ptr<Attempt>> make_attempt(Exchange& exchange, const Upstream& upstream, Services& services,
                                              std::optional<std::int64_t> context = std::nullopt);

/// Writes the attempt's bytes into `request`: spliced for the same format, decoded and encoded again for another one.
/// In strict mode a field that gets lost is an error.
Result<> write_request(Exchange& exchange, Attempt& attempt, net::HttpRequest& request);

/// Estimates the prompt's tokens for a translated answer, which may have to name them where the upstream does not. Time
/// for it is while the upstream is at work: the request does not wait for it then.
void estimate_input(const Exchange& exchange, Attempt& attempt);

}  // namespace llmgw::proxy
