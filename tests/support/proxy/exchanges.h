#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/json/view.h"
#include "proxy/pipeline/attempt.h"
#include "proxy/pipeline/exchange.h"

namespace llmgw::test {

/// One request on its way to one upstream, as a policy sees it.
struct PolicyCase {
  PolicyCase(std::string_view text, const dialect::Dialect& client, const dialect::Dialect& spoken) {
    request.body = text;
    upstream.dialect = &spoken;
    exchange.client = &client;
    exchange.body = *json::parse(request.body);
    exchange.facts = *client.facts(exchange.body);
    attempt.same_format = &client == &spoken;
  }

  http::Request request;
  server::Peer peer;
  proxy::Upstream upstream;
  proxy::Exchange exchange{request, peer, std::make_shared<const proxy::Snapshot>()};
  proxy::Attempt attempt{upstream, dialect::openai_chat, false, {}, {}, {}, std::nullopt};
};

}  // namespace llmgw::test
