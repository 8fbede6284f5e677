#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/dialects/dialect.h"
#include "core/http/message.h"
#include "core/ir/notes.h"
#include "core/ir/request.h"
#include "core/json/view.h"
#include "core/metrics/table.h"
#include "proxy/pipeline/applied.h"
#include "proxy/server/responder.h"
#include "proxy/snapshot.h"

namespace llmgw::proxy {

/// Everything about one request for an answer, from its arrival to its log line.
struct Exchange {
  const http::Request& http;
  const server::Peer& peer;
  std::shared_ptr<const Snapshot> snapshot;  ///< pinned: a reload cannot change the rules midway
  const dialect::Dialect* client = nullptr;  ///< the format of the client
  metrics::Endpoint endpoint = metrics::Endpoint::other;
  std::string request_id{};
  std::int64_t started_ns = 0;
  bool strict = false;

  json::View body{};      ///< of `http.body`, checked
  ir::Facts facts{};      ///< what the client said
  std::string target{};   ///< the public model name after aliases; policies may change it
  ir::Changes changes{};  ///< what policies change
  ir::Notes notes{};      ///< what translation changes
  Applied applied{};      ///< what policies tell the client about it
};

}  // namespace llmgw::proxy
