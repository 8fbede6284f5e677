#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/net/event.h"
#include "core/net/task_group.h"
#include "proxy/app.h"
#include "proxy/server/responder.h"

namespace llmgw::proxy {

/// Makes a page of metrics, or says why there is none.
using PageSource = std::function<net::Task<Result<std::string>>()>;

/// How old pages may be, and how long their making may keep a scrape waiting.
struct PageTimes {
  std::chrono::nanoseconds least_age;                            ///< a younger page is not made anew
  std::chrono::milliseconds patience = std::chrono::seconds(2);  ///< then the page before is the answer
  std::chrono::nanoseconds most_age = std::chrono::minutes(5);   ///< an older one never is
};

/// Answers `GET /metrics` with a page that is made anew at most so often, however many scrape it, and `GET /livez`.
/// One page at a time is made. Scrapes wait for it while patience lasts, and then get the one before it. When the
/// scrape that began it leaves before that, it is given up and the next begins anew. Everything happens on the thread
/// of `io`.
class MetricsPage final : public server::Handler {
 public:
  MetricsPage(boost::asio::io_context& io, const Clock& clock, PageTimes times, PageSource source)
      : io_(io), clock_(clock), times_(times), source_(std::move(source)) {}

  net::Task<> handle(const http::Request& request, const server::Peer& peer, server::Responder& responder) override;
  std::string error_body(const Error& error, const http::Request& seen, const server::Peer& peer) override;
  /// Requests of this Host alone are answered, as a local server does; off for a server that others shall reach.
  void guard(bool on) { guarded_ = on; }
  /// Takes a page that was made just now.
  void keep(Result<std::string> page);
  /// Gives up the page that is being made, and waits for its end. No other is made. To be awaited before what the
  /// source uses goes.
  net::Task<> close();

 private:
  net::Task<Result<std::string>> page();
  net::Task<> renew();
  net::Task<net::Wake> made(net::SteadyTime deadline);
  void drop();

  boost::asio::io_context& io_;
  const Clock& clock_;
  PageTimes times_;
  PageSource source_;
  bool guarded_ = true;
  std::optional<Result<std::string>> last_;
  std::int64_t made_ns_ = 0;
  bool making_ = false;
  bool dropped_ = false;  ///< what is being made: nobody wants it
  bool closed_ = false;
  std::vector<net::Event*> waiting_;
  std::unique_ptr<net::TaskGroup> makers_;
};

/// How an exporter runs.
struct ExporterOptions {
  std::vector<std::string> listen;  ///< `HOST:PORT`, `[V6]:PORT` or `unix:PATH`
  bool insecure_bind = false;       ///< addresses that other machines reach are allowed
  std::optional<std::string> ready_file = {};
  std::optional<std::string> first_page = {};  ///< one that was made just now
};

/// Serves the pages of `source` until the coroutine is cancelled, and says on `output` where it listens. Errors:
/// `usage` for an address, `config` for one that others reach without `insecure_bind`, `network` for one in use.
net::Task<Result<>> run_exporter(ExporterOptions options, const Clock& clock, PageSource source, ServeOutput output);

}  // namespace llmgw::proxy
