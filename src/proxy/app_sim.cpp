#include "proxy/app_sim.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <future>
#include <thread>
#include <utility>

#include "core/base/descriptors.h"
#include "core/base/files.h"
#include "proxy/server/server.h"
#include "proxy/sim/simulator.h"

namespace llmgw::proxy {
namespace asio = boost::asio;
namespace sim_host {

/// One thread of the simulator.
class Lane {
 public:
  explicit Lane(sim::World& world) : simulator_(io_, world), server_(io_, simulator_, options()) {}
  ~Lane() {
    asio::co_spawn(io_, stop(), asio::detached);
    if (thread_.joinable()) thread_.join();
  }
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  /// Returns once the thread accepts.
  void start(std::vector<server::ListenSocket> sockets) {
    for (auto& socket : sockets) server_.listen(std::move(socket));
    std::promise<void> running;
    auto ran = running.get_future();
    asio::post(io_, [&running] { running.set_value(); });
    thread_ = std::thread([this] { io_.run(); });
    ran.wait();
  }

 private:
  static server::ServerOptions options() {
    server::ServerOptions options;
    options.cancel_grace = std::chrono::milliseconds(100);  // cancelled answers have no last words
    options.max_connections = 65'536;                       // a load test must meet its own limits first
    return options;
  }

  net::Task<> stop() {
    const bool tidy = co_await server_.drain(std::chrono::milliseconds(0));
    (void)tidy;  // whoever stops a simulator does not wait for its answers
    io_.stop();
  }

  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  sim::Simulator simulator_;
  server::Server server_;
  std::thread thread_;
};

Result<std::vector<server::ListenSocket>> open_all(const std::vector<std::string>& addresses) {
  std::vector<server::ListenSocket> sockets;
  for (const auto& text : addresses) {
    TRY(const auto address, parse_listen_address(text));
    TRY(auto socket, server::ListenSocket::open(address));
    sockets.push_back(std::move(socket));
  }
  return sockets;
}

}  // namespace sim_host

struct SimHost::State {
  std::unique_ptr<sim::World> world;
  std::vector<std::unique_ptr<sim_host::Lane>> lanes;
  std::vector<std::string> urls;
};

SimHost::SimHost(std::unique_ptr<State> state) : state_(std::move(state)) {}
SimHost::~SimHost() = default;

const std::vector<std::string>& SimHost::urls() const { return state_->urls; }

Result<std::unique_ptr<SimHost>> SimHost::start(const sim::SimOptions& options) {
  auto state = std::make_unique<State>();
  TRY(state->world, sim::make_world(options));
  TRY(auto first, sim_host::open_all(options.listen));
  for (const auto& socket : first) state->urls.push_back(socket.url());
  std::vector<std::vector<server::ListenSocket>> sockets(static_cast<std::size_t>(options.threads));
  for (std::size_t i = 1; i < sockets.size(); ++i) {
    for (const auto& socket : first) {
      TRY(auto shared, socket.share());
      sockets[i].push_back(std::move(shared));
    }
  }
  sockets.front() = std::move(first);
  for (auto& each : sockets) {
    state->lanes.push_back(std::make_unique<sim_host::Lane>(*state->world));
    state->lanes.back()->start(std::move(each));
  }
  return std::unique_ptr<SimHost>(new SimHost(std::move(state)));
}

Result<int> run_sim(const sim::SimOptions& options, const ServeOutput& output) {
  raise_descriptor_limit();
  std::signal(SIGPIPE, SIG_IGN);  // a client that leaves is an error value, not a death
  asio::io_context io{net::one_thread};
  asio::signal_set signals(io, SIGINT, SIGTERM);  // before the threads, so that none of them takes a signal unheard
  if (options.ready_file) ::unlink(options.ready_file->c_str());
  TRY(const auto host, SimHost::start(options));
  for (const auto& url : host->urls()) output.out(fmt::format("llmgw: listening on {}\n", url));
  if (options.ready_file) TRY_VOID(write_file(*options.ready_file, host->urls().front() + "\n", FileMode::shared));
  signals.async_wait([&io](const boost::system::error_code&, int) { io.stop(); });
  io.run();
  if (options.ready_file) ::unlink(options.ready_file->c_str());
  return 0;
}

}  // namespace llmgw::proxy
