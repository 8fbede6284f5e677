#include "proxy/app.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <memory>
#include <thread>
#include <vector>

#include "core/base/clock.h"
#include "core/base/descriptors.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "proxy/app_sim.h"
#include "proxy/startup.h"
#include "proxy/worker.h"

namespace llmgw::proxy {
namespace asio = boost::asio;
namespace app {

constexpr std::int64_t most_default_workers = 4;

std::int64_t worker_count(const config::Server& server) {
  if (server.threads > 0) return server.threads;
  return std::clamp<std::int64_t>(std::thread::hardware_concurrency(), 1, most_default_workers);
}

Log::Format log_format(const config::Server& server) {
  return server.access_log == config::AccessLog::json ? Log::Format::json : Log::Format::text;
}

// Keys live in this process: it leaves no core dump, and no other process of the user may read its memory.
void harden_process() { prctl(PR_SET_DUMPABLE, 0); }

/// The running gateway: its workers, and what signals do to them. All but `Process` runs on the main thread.
class App final : public Process {
 public:
  App(ServeOptions options, const Env& env, const ServeOutput& output, std::shared_ptr<const Snapshot> snapshot)
      : options_(std::move(options)),
        env_(env),
        output_(output),
        log_(Log::Level::info, log_format(snapshot->config.server)),
        snapshot_(std::move(snapshot)) {}

  Result<int> run() {
    TRY_VOID(start());
    await_signals();
    io_.run();
    if (waiter_.joinable()) waiter_.join();
    if (options_.ready_file) unlink(options_.ready_file->c_str());
    return exit_code_;
  }

  std::string metrics_page() const override {
    std::vector<const metrics::Shard*> shards{&own_metrics_};
    for (const auto& worker : workers_) shards.push_back(&worker->metrics());
    return metrics::Page(shards).text(LLMGW_VERSION, started_unix_s_);
  }
  bool ready() const override { return ready_.load(std::memory_order_relaxed); }

 private:
  Result<> start();
  void await_signals();
  void on_signal(int signal);
  void drain(int signal);
  void reload();

  ServeOptions options_;
  const Env& env_;
  const ServeOutput& output_;
  Log log_;
  std::shared_ptr<const Snapshot> snapshot_;
  asio::io_context io_{1};
  asio::signal_set signals_{io_, SIGINT, SIGTERM, SIGHUP};
  std::vector<std::unique_ptr<Worker>> workers_;
  std::thread waiter_;
  metrics::Shard own_metrics_;
  std::int64_t started_unix_s_ = SystemClock().unix_s();
  std::atomic<bool> ready_{false};
  bool draining_ = false;
  int exit_code_ = 0;
};

Result<> App::start() {
  if (options_.ready_file) unlink(options_.ready_file->c_str());
  TRY(const auto addresses, resolve_listen(snapshot_->config));
  std::vector<server::ListenSocket> first;
  for (const auto& address : addresses) {
    TRY(auto socket, server::ListenSocket::open(address));
    first.push_back(std::move(socket));
  }
  std::string urls;
  for (const auto& socket : first) urls += fmt::format("llmgw: listening on {}\n", socket.url());
  const auto url = first.front().url();
  const auto count = worker_count(snapshot_->config.server);
  std::vector<std::vector<server::ListenSocket>> sockets(static_cast<std::size_t>(count));
  for (std::size_t i = 1; i < sockets.size(); ++i) {
    for (const auto& socket : first) {
      TRY(auto shared, socket.share());
      sockets[i].push_back(std::move(shared));
    }
  }
  sockets.front() = std::move(first);
  for (auto& each : sockets) {
    workers_.push_back(std::make_unique<Worker>(snapshot_, env_, log_, *this));
    workers_.back()->start(std::move(each));
  }
  ready_ = true;
  output_.out(urls);
  if (options_.ready_file) TRY_VOID(write_file(*options_.ready_file, url + "\n", FileMode::shared));
  return {};
}

void App::await_signals() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    on_signal(signal);
    await_signals();
  });
}

void App::on_signal(int signal) {
  if (signal == SIGHUP) return reload();
  if (!draining_) return drain(signal);
  log_.warn("second signal: stopping at once");
  // Streams end here without their last words: that is what the second signal asks for.
  if (options_.ready_file) unlink(options_.ready_file->c_str());
  _exit(128 + signal);
}

void App::drain(int signal) {
  draining_ = true;
  ready_ = false;
  const auto limit = snapshot_->config.server.drain;
  log_.info(fmt::format("signal {}: draining for at most {} s; a second signal stops at once", signal,
                        std::chrono::duration_cast<std::chrono::seconds>(limit).count()));
  for (auto& worker : workers_) worker->drain(limit);
  // Joining blocks, and a second signal must still be heard.
  waiter_ = std::thread([this] {
    for (auto& worker : workers_) worker->join();
    io_.stop();
  });
}

void App::reload() {
  if (options_.upstream) return;
  auto fresh = resolve_snapshot(options_, env_);
  if (!fresh) {
    own_metrics_.add(metrics::Metric::reloads, 1, 1);
    log_.error("reload refused, the last good configuration stays: " + fresh.error().message);
    return;
  }
  const bool changed = (*fresh)->config != snapshot_->config;
  const auto& now = (*fresh)->config.server;
  const auto& before = snapshot_->config.server;
  const bool restart_needed =
      now.listen != before.listen || now.threads != before.threads || now.max_body_bytes != before.max_body_bytes;
  if (restart_needed) {
    log_.warn("reload: server.listen, server.threads and server.max_body_bytes take effect at the next start");
  }
  snapshot_ = std::move(*fresh);
  for (auto& worker : workers_) worker->replace(snapshot_);
  own_metrics_.add(metrics::Metric::reloads, 1, 0);
  log_.info(changed ? "configuration reloaded" : "configuration reloaded, nothing changed");
}

Result<int> serve(const ServeOptions& options, const Env& env, const ServeOutput& output) {
  TRY(auto snapshot, resolve_snapshot(options, env));
  if (options.check) {
    TRY_VOID(resolve_listen(snapshot->config));
    output.out("llmgw: the configuration is valid\n");
    return 0;
  }
  harden_process();
  raise_descriptor_limit();
  std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that leaves is an error value, not a death
  App app(options, env, output, std::move(snapshot));
  return app.run();
}

/// Serves with a simulator in this process as the upstream.
Result<int> serve_simulated(ServeOptions options, const Env& env, const ServeOutput& output) {
  if (options.upstream || options.config)
    return fail(Errc::usage, "--sim stands in the place of --upstream and --config: give one of the three");
  sim::SimOptions simulated;
  simulated.listen = {"127.0.0.1:0"};
  TRY(const auto host, SimHost::start(simulated));
  options.upstream = host->urls().front();
  return serve(options, env, output);
}

}  // namespace app

Result<int> run_serve(const ServeOptions& options, const Env& env, const ServeOutput& output) {
  if (options.sim) return app::serve_simulated(options, env, output);
  return app::serve(options, env, output);
}

}  // namespace llmgw::proxy
