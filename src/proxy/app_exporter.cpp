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

/// Ends the making of a page whichever way it ends.
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

void MetricsPage::keep(Result<std::string> page) {
  last_ = std::move(page);
  made_ns_ = clock_.now_ns();
}

net::Task<> MetricsPage::renew() {
  const exporter::Making making(making_, waiting_);
  Result<std::string> made;
  try {
    made = co_await source_();
  } catch (const std::exception& thrown) {
    made = fail(Errc::internal, thrown.what());  // no more threads, or memory: the next scrape asks anew
  }
  // What the source tells of a page that it was told to give up is none.
  if (!dropped_) keep(std::move(made));
}

/// Waits until the page that is being made has ended, whichever way.
net::Task<net::Wake> MetricsPage::made(net::SteadyTime deadline) {
  if (!making_) co_return net::Wake::set;
  net::Event ended(io_);
  waiting_.push_back(&ended);
  const auto wake = co_await ended.wait(deadline);
  std::erase(waiting_, &ended);
  co_return wake;
}

void MetricsPage::drop() {
  if (!making_) return;
  dropped_ = true;
  makers_->cancel();
}

net::Task<Result<std::string>> MetricsPage::page() {
  if (!makers_) makers_ = co_await net::TaskGroup::here();
  const auto patience = std::chrono::steady_clock::now() + times_.patience;
  while (!closed_) {
    const auto age = std::chrono::nanoseconds(clock_.now_ns() - made_ns_);
    if (last_ && age < times_.least_age) co_return *last_;
    const bool begins = !making_;
    if (begins) {
      making_ = true;
      dropped_ = false;
      makers_->start(renew());
    }
    const auto deadline = last_ && age < times_.most_age ? patience : net::never;
    const auto wake = co_await made(deadline);
    if (wake == net::Wake::expired) co_return *last_;
    if (wake == net::Wake::cancelled) {
      if (begins) drop();
      break;
    }
  }
  co_return exporter::given_up();
}

net::Task<> MetricsPage::close() {
  closed_ = true;
  if (!makers_) co_return;
  drop();
  const bool whole = co_await makers_->join_or_cancel();
  (void)whole;  // nobody waits for that page
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
  MetricsPage pages(io, clock, {.least_age = least_age}, std::move(source));
  pages.guard(!options.insecure_bind);
  if (options.first_page) pages.keep(*std::move(options.first_page));
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
  co_await pages.close();
  if (options.ready_file) ::unlink(options.ready_file->c_str());
  co_return Result<>{};
}

}  // namespace llmgw::proxy
