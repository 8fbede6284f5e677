#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "proxy/endpoints/endpoint.h"
#include "proxy/server/local_guard.h"
#include "proxy/server/responder.h"
#include "proxy/services.h"
#include "proxy/snapshot.h"

namespace llmgw::proxy {

/// The front desk of one worker: checks who asks, finds the endpoint, and answers what cannot be routed.
class Gateway final : public server::Handler {
 public:
  Gateway(std::shared_ptr<const Snapshot> snapshot, Services services, const Process& process);

  net::Task<> handle(const http::Request& request, const server::Peer& peer, server::Responder& responder) override;
  bool wants_body(const http::Request& request, const server::Peer& peer) override;
  std::string error_body(const Error& error, const http::Request& seen, const server::Peer& peer) override;
  std::string no_room_body(const Error& error, const server::Peer& peer) override;
  /// Requests from now on see the new configuration; those under way keep theirs.
  void replace(std::shared_ptr<const Snapshot> snapshot);
  /// What the background checks have found.
  void learn(std::shared_ptr<const health::Overview> upstreams);

 private:
  Result<const EndpointRow*> admit(const http::Request& request, const server::Peer& peer) const;
  [[nodiscard]] std::string request_id(const http::Request& request);
  void tell_no_room(const server::Peer& peer);
  net::Task<> refuse(Exchange& exchange, Error error, server::Responder& responder);
  net::Task<> preflight(const Exchange& exchange, server::Responder& responder);

  std::shared_ptr<const Snapshot> snapshot_;
  Services services_;
  const Process& process_;
  EndpointMemory memory_;
  server::GuardOptions guard_;
  std::optional<std::int64_t> no_room_told_ns_;  ///< when the log was last told of connections without room
  std::uint64_t no_room_untold_ = 0;             ///< how many there were since
};

}  // namespace llmgw::proxy
