#include "proxy/app.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <memory>
#include <thread>
#include <vector>

#include "core/base/clock.h"
#include "core/base/descriptors.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "core/base/service_manager.h"
#include "core/net/client_room.h"
#include "core/status/control_socket.h"
#include "core/status/journal.h"
#include "proxy/app_sim.h"
#include "proxy/app_status.h"
#include "proxy/control/control_server.h"
#include "proxy/endpoints/probe.h"
#include "proxy/health/watch.h"
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

/// A configuration in effect, and where it came from.
struct Loaded {
  std::shared_ptr<const Snapshot> snapshot;
  ConfigSource source;
};

Result<Loaded> load(const ServeOptions& options, const Env& env) {
  auto source = find_source(options, env, SystemClock());
  TRY(auto snapshot, resolve_snapshot(options, env));
  return Loaded{std::move(snapshot), std::move(source)};
}

/// Brings the workers' slow and failed requests to the main thread, which keeps them.
class PostedJournal final : public RequestJournal {
 public:
  PostedJournal(asio::io_context& io, status::Journal& journal, Watch& watch)
      : io_(io), journal_(journal), watch_(watch) {}
  void remember(status::RequestRow row) override {
    asio::post(io_, [this, row = std::move(row)]() mutable {
      if (blames_upstream(row)) watch_.suspect(row.upstream);
      journal_.remember(std::move(row));
    });
  }

 private:
  /// True when the request may have failed because its upstream is not well.
  static bool blames_upstream(const status::RequestRow& row) {
    constexpr std::array<Errc, 6> classes{Errc::timeout,           Errc::overloaded, Errc::upstream_error,
                                          Errc::upstream_protocol, Errc::network,    Errc::upstream_auth};
    return !row.upstream.empty() &&
           std::ranges::any_of(classes, [&](Errc code) { return row.outcome == error_class(code).name; });
  }
  asio::io_context& io_;
  status::Journal& journal_;
  Watch& watch_;
};

/// The end of the main loop: checks that run and connections of the control socket are ended first.
net::Task<> finish(Watch& watch, ControlServer* control, asio::io_context& io) {
  co_await watch.ended();
  if (control != nullptr) co_await control->close();
  io.stop();
}

/// The running gateway: its workers, and what signals do to them. All but `Process` runs on the main thread.
class App final : public Process {
 public:
  App(ServeOptions options, const Env& env, const ServeOutput& output, Loaded loaded)
      : options_(std::move(options)),
        env_(env),
        output_(output),
        log_(Log::Level::info, log_format(loaded.snapshot->config.server)),
        loaded_(std::move(loaded)) {}

  /// After a start that failed some workers run, and any of them may ask for the counters of all.
  ~App() override {
    for (auto& worker : workers_) worker->stop();
  }
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  Result<int> run() {
    TRY_VOID(start());
    await_signals();
    io_.run();
    if (waiter_.joinable()) waiter_.join();
    if (options_.ready_file) unlink(options_.ready_file->c_str());
    return exit_code_;
  }

  std::string metrics_page(std::span<const metrics::Found> upstreams) const override {
    metrics::Shard log;
    log.add(metrics::Metric::log_lines_lost, static_cast<std::int64_t>(log_.lost()));
    log.add(metrics::Metric::request_body_bytes, static_cast<std::int64_t>(bodies_.taken()));
    auto all = shards();
    all.push_back(&log);
    return metrics::Page(all).text(LLMGW_VERSION, started_unix_s_, upstreams);
  }
  Phase phase() const override { return phase_.load(std::memory_order_relaxed); }
  RequestJournal* journal() const override { return posted_.get(); }
  void look() const override;

 private:
  Result<> start();
  Result<> open_control(std::uint16_t port);
  void await_signals();
  void on_signal(int signal);
  void drain(int signal);
  void reload();
  void reload_file();
  void watch();
  void ask_workers();
  std::vector<const metrics::Shard*> shards() const;
  status::ServeStatus report() const;

  ServeOptions options_;
  const Env& env_;
  const ServeOutput& output_;
  Log log_;
  Loaded loaded_;
  ServiceManager manager_{env_, getpid()};
  asio::io_context io_{1};
  asio::io_context::executor_type main_ = io_.get_executor();
  asio::signal_set signals_{io_, SIGINT, SIGTERM, SIGHUP};
  asio::steady_timer life_{io_};  ///< when the service manager wants to hear from us
  SystemClock clock_;
  std::unique_ptr<net::ClientRoom> room_ = net::make_client_room(io_, upstream_client_options(env_));
  std::unique_ptr<Watch> watch_ = std::make_unique<Watch>(io_, *room_, clock_, [this](const auto& upstreams) {
    for (auto& worker : workers_) worker->tell(upstreams);
  });
  mutable std::atomic<std::int64_t> looked_ns_{0};  ///< when somebody looked at the upstreams
  status::Journal journal_;
  std::unique_ptr<RequestJournal> posted_ = std::make_unique<PostedJournal>(io_, journal_, *watch_);
  std::vector<std::string> urls_;
  std::unique_ptr<ControlServer> control_;
  server::BodyBudget bodies_{static_cast<std::size_t>(loaded_.snapshot->config.server.max_bodies_bytes)};
  std::vector<std::unique_ptr<Worker>> workers_;
  std::thread waiter_;
  metrics::Shard own_metrics_;
  std::int64_t started_unix_s_ = SystemClock().unix_s();
  std::atomic<Phase> phase_{Phase::starting};
  int exit_code_ = 0;
};

Result<> App::start() {
  if (options_.ready_file) unlink(options_.ready_file->c_str());
  TRY(const auto addresses, resolve_listen(loaded_.snapshot->config));
  std::vector<server::ListenSocket> first;
  for (const auto& address : addresses) {
    TRY(auto socket, server::ListenSocket::open(address));
    first.push_back(std::move(socket));
  }
  for (const auto& socket : first) urls_.push_back(socket.url());
  TRY_VOID(open_control(first.front().address().port));
  const auto count = worker_count(loaded_.snapshot->config.server);
  std::vector<std::vector<server::ListenSocket>> sockets(static_cast<std::size_t>(count));
  for (std::size_t i = 1; i < sockets.size(); ++i) {
    for (const auto& socket : first) {
      TRY(auto shared, socket.share());
      sockets[i].push_back(std::move(shared));
    }
  }
  sockets.front() = std::move(first);
  // A worker asks for the counters of all of them as soon as it runs, so the list is whole before the first one does.
  const Surroundings around{env_, log_, *this, &bodies_};
  while (workers_.size() < sockets.size()) workers_.push_back(std::make_unique<Worker>(loaded_.snapshot, around));
  for (std::size_t i = 0; i < sockets.size(); ++i) workers_[i]->start(std::move(sockets[i]));
  phase_ = Phase::serving;
  watch_->follow(*loaded_.snapshot);
  asio::co_spawn(io_, watch_->run(), asio::detached);
  std::string lines;
  for (const auto& url : urls_) lines += fmt::format("llmgw: listening on {}\n", url);
  output_.out(lines);
  if (options_.ready_file) TRY_VOID(write_file(*options_.ready_file, urls_.front() + "\n", FileMode::shared));
  manager_.status("listening on " + urls_.front());
  manager_.ready();
  watch();
  return {};
}

// A socket of a chosen name must be there. Without the customary one requests are served all the same, which matters
// where no folder can be written.
Result<> App::open_control(std::uint16_t port) {
  const auto source = [this] { return report(); };
  const auto& chosen = loaded_.snapshot->config.server.control;
  if (!chosen.empty()) {
    TRY(control_, ControlServer::open(io_, chosen, source));
    return {};
  }
  // Two gateways may have one port on different addresses: the second one's socket is named after its process.
  Error problem;
  for (const auto number : {port, std::uint16_t{0}}) {
    const auto path = status::control_path(env_, number, getpid());
    auto opened = path ? ControlServer::open(io_, *path, source) : std::unexpected(path.error());
    if (opened) {
      control_ = *std::move(opened);
      return {};
    }
    problem = std::move(opened).error();
  }
  log_.warn("llmgw status will not find this gateway: " + problem.message);
  return {};
}

// Probes come on the workers' threads, and as often as others like.
void App::look() const {
  constexpr std::int64_t at_most_every_ns = 1'000'000'000;
  const auto now = clock_.now_ns();
  auto before = looked_ns_.load(std::memory_order_relaxed);
  if (now - before < at_most_every_ns || !looked_ns_.compare_exchange_strong(before, now)) return;
  asio::post(main_, [watch = watch_.get()] { watch->look(); });
}

std::vector<const metrics::Shard*> App::shards() const {
  std::vector<const metrics::Shard*> all{&own_metrics_};
  for (const auto& worker : workers_) all.push_back(&worker->metrics());
  return all;
}

status::ServeStatus App::report() const {
  const auto all = shards();
  auto told = describe(*loaded_.snapshot, metrics::Page(all), loaded_.source);
  told.version = LLMGW_VERSION;
  told.pid = getpid();
  told.started_unix_s = started_unix_s_;
  told.now_unix_s = SystemClock().unix_s();
  told.state = health::readiness_name(readiness_of(phase(), watch_->overview().get()));
  told.control = control_ ? control_->path() : std::string();
  told.listeners = urls_;
  told.workers = static_cast<std::int64_t>(workers_.size());
  for (const auto& backend : watch_->backends()) told.upstreams.push_back(describe(*backend));
  told.recent = journal_.rows();
  return told;
}

void App::watch() {
  const auto every = manager_.alive_every();
  if (!every) return;
  life_.expires_after(*every);
  life_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    ask_workers();
    watch();
  });
}

// The manager hears from us when every worker has had its turn: one that hangs makes us silent, and is restarted.
void App::ask_workers() {
  if (phase() == Phase::draining) return manager_.alive();  // workers that are done do not answer any more
  auto missing = std::make_shared<std::size_t>(workers_.size());
  for (auto& worker : workers_) {
    worker->ask_alive([this, missing] {
      asio::post(io_, [this, missing] {
        if (--*missing == 0) manager_.alive();
      });
    });
  }
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
  if (phase() != Phase::draining) return drain(signal);
  log_.warn("second signal: stopping at once");
  // Streams end here without their last words: that is what the second signal asks for.
  if (options_.ready_file) unlink(options_.ready_file->c_str());
  if (control_) unlink(control_->path().c_str());
  _exit(128 + signal);
}

void App::drain(int signal) {
  phase_ = Phase::draining;
  watch_->stop();
  manager_.stopping();
  const auto limit = loaded_.snapshot->config.server.drain;
  log_.info(fmt::format("signal {}: draining for at most {} s; a second signal stops at once", signal,
                        std::chrono::duration_cast<std::chrono::seconds>(limit).count()));
  for (auto& worker : workers_) worker->drain(limit);
  // Joining blocks, and a second signal must still be heard.
  waiter_ = std::thread([this] {
    for (auto& worker : workers_) worker->join();
    asio::co_spawn(io_, finish(*watch_, control_.get(), io_), asio::detached);
  });
}

// systemd.service(5), Type=notify-reload: the manager waits for the pair of messages.
void App::reload() {
  manager_.reloading(SystemClock().now_ns() / 1000);
  if (!options_.upstream) reload_file();
  manager_.ready();
}

void App::reload_file() {
  auto fresh = load(options_, env_);
  if (!fresh) {
    own_metrics_.add(metrics::Metric::reloads, 1, 1);
    log_.error("reload refused, the last good configuration stays: " + fresh.error().message);
    return;
  }
  const bool changed = fresh->snapshot->config != loaded_.snapshot->config;
  const auto& now = fresh->snapshot->config.server;
  const auto& before = loaded_.snapshot->config.server;
  const bool restart_needed = now.listen != before.listen || now.threads != before.threads ||
                              now.max_body_bytes != before.max_body_bytes ||
                              now.max_bodies_bytes != before.max_bodies_bytes || now.control != before.control;
  if (restart_needed) {
    log_.warn(
        "reload: server.listen, server.threads, server.max_body_bytes, server.max_bodies_bytes and server.control take "
        "effect at the next start");
  }
  loaded_ = *std::move(fresh);
  for (auto& worker : workers_) worker->replace(loaded_.snapshot);
  watch_->follow(*loaded_.snapshot);
  own_metrics_.add(metrics::Metric::reloads, 1, 0);
  log_.info(changed ? "configuration reloaded" : "configuration reloaded, nothing changed");
}

Result<int> serve(const ServeOptions& options, const Env& env, const ServeOutput& output) {
  TRY(auto loaded, load(options, env));
  if (options.check) {
    TRY_VOID(resolve_listen(loaded.snapshot->config));
    output.out("llmgw: the configuration is valid\n");
    return 0;
  }
  harden_process();
  raise_descriptor_limit();
  std::signal(SIGPIPE, SIG_IGN);  // a reader of our output that leaves is an error value, not a death
  App app(options, env, output, std::move(loaded));
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
