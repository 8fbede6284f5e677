#include "proxy/app_exporter.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/this_coro.hpp>
#include <utility>

#include "core/base/files.h"
#include "core/base/url.h"
#include "proxy/server/local_guard.h"
#include "proxy/server/server.h"

namespace llmgw::proxy {
namespace exporter {

namespace asio = boost::asio;

http::ResponseHead head_of(int status, std::string_view type) {
  http::ResponseHead head;
  head.status = status;
  head.headers.add("content-type", std::string(type));
  head.headers.add("cache-control", "no-store");
  return head;
}

constexpr std::string_view plain = "text/plain; charset=utf-8";
constexpr std::string_view exposition = "text/plain; version=0.0.4; charset=utf-8";

std::unexpected<Error> given_up() { return fail(Errc::cancelled, "the scrape was given up"); }

/// Ends the making of a page whichever way it ends, also when the scrape that began it is cancelled.
class Making {
 public:
  Making(bool& flag, std::vector<net::Event*>& waiting) : flag_(flag), waiting_(waiting) { flag_ = true; }
  ~Making() {
    flag_ = false;
    for (auto* event : waiting_) event->set();
    waiting_.clear();
  }
  Making(const Making&) = delete;
  Making& operator=(const Making&) = delete;

 private:
  bool& flag_;
  std::vector<net::Event*>& waiting_;
};

Result<std::vector<server::ListenSocket>> open_all(const ExporterOptions& options) {
  std::vector<server::ListenSocket> sockets;
  for (const auto& text : options.listen) {
    TRY(const auto address, parse_listen_address(text));
    if (!address.loopback() && !options.insecure_bind) {
      return fail(Errc::config, fmt::format("{} can be reached by other machines, without a password; say "
                                            "--insecure-bind if that is meant",
                                            text));
    }
    TRY(auto socket, server::ListenSocket::open(address));
    sockets.push_back(std::move(socket));
  }
  return sockets;
}

server::ServerOptions limits() {
  server::ServerOptions options;
  options.limits.body_bytes = 1024;  // requests have no body
  options.max_connections = 64;
  return options;
}

}  // namespace exporter

net::Task<Result<std::string>> MetricsPage::renew() {
  const exporter::Making making(making_, waiting_);
  auto made = co_await source_();
  // Whoever asked has left, and may have taken the source's answers with them: the next one asks anew.
  const bool given_up = co_await net::is_cancelled();
  if (given_up) co_return exporter::given_up();
  last_ = made;
  made_ns_ = clock_.now_ns();
  co_return made;
}

net::Task<Result<std::string>> MetricsPage::page() {
  while (making_) {
    net::Event made(io_);
    waiting_.push_back(&made);
    const auto wake = co_await made.wait();
    std::erase(waiting_, &made);
    if (wake == net::Wake::cancelled) co_return exporter::given_up();
  }
  if (last_ && clock_.now_ns() - made_ns_ < least_age_.count()) co_return *last_;
  co_return co_await renew();
}

net::Task<> MetricsPage::handle(const http::Request& request, const server::Peer& peer, server::Responder& responder) {
  const auto admitted = guarded_ ? server::check_local(request, peer, {}) : Result<>{};
  const bool reads = request.method == "GET" || request.method == "HEAD";
  http::ResponseHead head;
  std::string body;
  if (request.path() == "/livez" && reads) {
    head = exporter::head_of(200, exporter::plain);
    body = "ok\n";
  } else if (!admitted) {
    const auto& refusal = admitted.error();
    head = exporter::head_of(refusal.status != 0 ? refusal.status : error_class(refusal.code).http_status,
                             exporter::plain);
    body = refusal.message + "\n";
  } else if (request.path() != "/metrics") {
    head = exporter::head_of(404, exporter::plain);
    body = "there are /metrics and /livez\n";
  } else if (!reads) {
    head = exporter::head_of(405, exporter::plain);
    head.headers.add("allow", "GET, HEAD");
    body = "metrics can only be read\n";
  } else {
    auto made = co_await page();
    head = exporter::head_of(made ? 200 : 503, made ? exporter::exposition : exporter::plain);
    body = made ? *std::move(made) : made.error().message + "\n";
  }
  auto sent = co_await responder.send(std::move(head), std::move(body));
  (void)sent;  // whoever asked and left asks again
}

std::string MetricsPage::error_body(const Error& error, const http::Request&, const server::Peer&) {
  return error.message + "\n";
}

net::Task<Result<>> run_exporter(ExporterOptions options, const Clock& clock, PageSource source, ServeOutput output) {
  constexpr std::chrono::seconds least_age{1};
  CO_TRY(auto sockets, exporter::open_all(options));
  const auto executor = co_await exporter::asio::this_coro::executor;
  auto& io = executor.context();
  MetricsPage pages(io, clock, least_age, std::move(source));
  pages.guard(!options.insecure_bind);
  server::Server server(io, pages, exporter::limits());
  if (options.ready_file) ::unlink(options.ready_file->c_str());
  const auto first = sockets.empty() ? std::string() : sockets.front().url();
  for (auto& socket : sockets) {
    output.out(fmt::format("llmgw: listening on {}\n", socket.url()));
    server.listen(std::move(socket));
  }
  if (options.ready_file) {
    CO_TRY_VOID(write_file(*options.ready_file, first + "\n", FileMode::shared));
  }
  net::Event never_set(io);
  const auto wake = co_await never_set.wait();
  (void)wake;                                                      // nothing but a signal ends it
  co_await exporter::asio::this_coro::reset_cancellation_state();  // what follows must not be cancelled as well
  const bool tidy = co_await server.drain(server::milliseconds(0));
  (void)tidy;  // a scrape that is cut is made again
  if (options.ready_file) ::unlink(options.ready_file->c_str());
  co_return Result<>{};
}

}  // namespace llmgw::proxy
