#include "proxy/worker.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>
#include <utility>

#include "core/net/client.h"
#include "proxy/gateway.h"
#include "proxy/pipeline/context_length.h"

namespace llmgw::proxy {
namespace asio = boost::asio;
namespace worker {

server::ServerOptions server_options(const config::Server& server, server::BodyBudget* bodies,
                                     metrics::Shard& metrics) {
  server::ServerOptions options;
  options.on_connection = [&metrics](int change) { metrics.add(metrics::Metric::connections, change); };
  options.bodies = bodies;
  options.limits.body_bytes = static_cast<std::size_t>(server.max_body_bytes);
  return options;
}

}  // namespace worker

net::ClientOptions upstream_client_options(const Env& env) {
  net::ClientOptions options;
  options.proxies = net::proxies_from([&env](std::string_view name) { return env.get(name); });
  return options;
}

struct Worker::State {
  State(std::shared_ptr<const Snapshot> snapshot, const Surroundings& around)
      : ids(random_seed()),
        client(net::make_http_client(io, upstream_client_options(around.env))),
        gateway(snapshot, Services{*client, metrics, ids, clock, around.log, context_lengths, around.process.journal()},
                around.process),
        server(io, gateway, worker::server_options(snapshot->config.server, around.bodies, metrics)) {}

  asio::io_context io{net::one_thread};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  SystemClock clock;
  metrics::Shard metrics;
  IdSource ids;
  ContextLengths context_lengths;
  std::unique_ptr<net::HttpClient> client;
  Gateway gateway;
  server::Server server;
  std::thread thread;
};

Worker::Worker(std::shared_ptr<const Snapshot> snapshot, const Surroundings& around)
    : state_(std::make_unique<State>(std::move(snapshot), around)) {}

Worker::~Worker() { stop(); }

void Worker::start(std::vector<server::ListenSocket> sockets) {
  for (auto& socket : sockets) state_->server.listen(std::move(socket));
  std::promise<void> running;
  auto ran = running.get_future();
  asio::post(state_->io, [&running] { running.set_value(); });
  state_->thread = std::thread([state = state_.get()] { state->io.run(); });
  ran.wait();
}

void Worker::ask_alive(std::function<void()> answer) { asio::post(state_->io, std::move(answer)); }

void Worker::replace(std::shared_ptr<const Snapshot> snapshot) {
  asio::post(state_->io, [state = state_.get(), snapshot = std::move(snapshot)]() mutable {
    state->gateway.replace(std::move(snapshot));
  });
}

void Worker::tell(std::shared_ptr<const health::Overview> upstreams) {
  asio::post(state_->io, [state = state_.get(), upstreams = std::move(upstreams)]() mutable {
    state->gateway.learn(std::move(upstreams));
  });
}

namespace worker {

net::Task<> drain(server::Server& server, asio::io_context& io, std::chrono::milliseconds limit) {
  auto tidy = co_await server.drain(limit);
  (void)tidy;  // cancelled requests have logged themselves
  io.stop();
}

}  // namespace worker

void Worker::drain(std::chrono::milliseconds limit) {
  asio::co_spawn(state_->io, worker::drain(state_->server, state_->io, limit), asio::detached);
}

void Worker::join() {
  if (state_->thread.joinable()) state_->thread.join();
}

void Worker::stop() {
  if (!state_->thread.joinable()) return;
  drain(std::chrono::milliseconds(0));
  join();
}

const metrics::Shard& Worker::metrics() const { return state_->metrics; }

}  // namespace llmgw::proxy
