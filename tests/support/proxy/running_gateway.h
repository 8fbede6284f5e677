#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "core/base/env.h"
#include "core/base/log.h"
#include "core/config/schema.h"
#include "core/http/message.h"
#include "proxy/endpoints/endpoint.h"
#include "proxy/worker.h"
#include "support/socket.h"

namespace llmgw::test {

/// A configuration whose only upstream takes every model name, without token and without request log.
config::Config config_for(const std::string& upstream_url, const std::string& provider = "openai_compatible");

/// A gateway with one worker on a port of its own, in this process.
class RunningGateway final : public proxy::Process {
 public:
  explicit RunningGateway(config::Config config, std::string token = "");
  ~RunningGateway() override;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] proxy::Worker& worker() { return *worker_; }
  std::string metrics_page(std::span<const metrics::Found> upstreams = {}) const override;
  proxy::Phase phase() const override { return phase_; }
  /// Where the process claims to be in its life.
  void set_phase(proxy::Phase phase) { phase_ = phase; }
  /// Waits until no connection is open. A client has its answer before the request is counted; from here on it is.
  void wait_idle() const;

 private:
  FixedEnv env_;
  Log log_{Log::Level::off, Log::Format::text};
  std::unique_ptr<proxy::Worker> worker_;
  std::uint16_t port_ = 0;
  std::atomic<proxy::Phase> phase_{proxy::Phase::serving};
};

/// An answer as a client saw it.
struct Reply {
  int status = 0;
  http::Headers headers;
  std::string body;
  bool whole = false;  ///< the body ended as its framing promised
};

/// Sends a POST with a JSON body and reads the whole answer.
Reply post(std::uint16_t port, std::string_view path, std::string_view body, std::string_view more_headers = "");
/// Sends any request, given as bytes, and reads the whole answer.
Reply roundtrip(std::uint16_t port, std::string_view request);
/// The bytes of a POST.
std::string post_bytes(std::string_view path, std::string_view body, std::string_view more_headers = "");
/// Reads until `text` has come; false when the peer closes or time runs out first.
bool read_until(Socket& socket, std::string& seen, std::string_view text);

}  // namespace llmgw::test
