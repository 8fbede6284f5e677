#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/net/event.h"
#include "proxy/app.h"
#include "proxy/server/responder.h"

namespace llmgw::proxy {

/// Makes a page of metrics, or says why there is none.
using PageSource = std::function<net::Task<Result<std::string>>()>;

/// Answers `GET /metrics` with a page that is made anew at most so often, however many scrape it, and `GET /livez`.
/// While a page is being made, further scrapes wait for it; when the one that began it leaves, the next begins anew.
/// Everything happens on the thread of `io`.
class MetricsPage final : public server::Handler {
 public:
  MetricsPage(boost::asio::io_context& io, const Clock& clock, std::chrono::nanoseconds least_age, PageSource source)
      : io_(io), clock_(clock), least_age_(least_age), source_(std::move(source)) {}

  net::Task<> handle(const http::Request& request, const server::Peer& peer, server::Responder& responder) override;
  std::string error_body(const Error& error, const http::Request& seen, const server::Peer& peer) override;
  /// Requests of this Host alone are answered, as a local server does; off for a server that others shall reach.
  void guard(bool on) { guarded_ = on; }

 private:
  net::Task<Result<std::string>> page();
  net::Task<Result<std::string>> renew();

  boost::asio::io_context& io_;
  const Clock& clock_;
  std::chrono::nanoseconds least_age_;
  PageSource source_;
  bool guarded_ = true;
  std::optional<Result<std::string>> last_;
  std::int64_t made_ns_ = 0;
  bool making_ = false;
  std::vector<net::Event*> waiting_;
};

/// How an exporter runs.
struct ExporterOptions {
  std::vector<std::string> listen;  ///< `HOST:PORT`, `[V6]:PORT` or `unix:PATH`
  bool insecure_bind = false;       ///< addresses that other machines reach are allowed
  std::optional<std::string> ready_file = {};
};

/// Serves the pages of `source` until the coroutine is cancelled, and says on `output` where it listens. Errors:
/// `usage` for an address, `config` for one that others reach without `insecure_bind`, `network` for one in use.
net::Task<Result<>> run_exporter(ExporterOptions options, const Clock& clock, PageSource source, ServeOutput output);

}  // namespace llmgw::proxy
