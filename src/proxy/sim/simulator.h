#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/ids.h"
#include "core/net/task.h"
#include "proxy/server/responder.h"
#include "proxy/sim/generation.h"
#include "proxy/sim/replies.h"
#include "proxy/sim/world.h"

namespace boost::asio {
class io_context;
}

namespace llmgw::sim {

/// An upstream without a model: answers Chat and Messages requests, streamed or whole, with made-up or scripted
/// content at exact moments, and with the faults and quirks it is asked for. One per thread.
class Simulator final : public server::Handler {
 public:
  /// `world` is shared by all threads and must outlive this.
  Simulator(boost::asio::io_context& io, World& world) : io_(io), world_(world) {}

  net::Task<> handle(const http::Request& request, const server::Peer& peer, server::Responder& responder) override;
  std::string error_body(const Error& error, const http::Request& seen, const server::Peer& peer) override;

 private:
  [[nodiscard]] bool admitted(const http::Request& request) const;
  [[nodiscard]] Reply simple(const http::Request& request) const;
  Seeds seeds_for(const http::Request& request);

  boost::asio::io_context& io_;
  World& world_;
  std::unordered_map<std::uint64_t, std::uint64_t> repetitions_;  ///< of a request, by the hash of its body
};

}  // namespace llmgw::sim
