#include "cli/commands/gpu/serving.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/configuration.h"
#include "core/base/url.h"
#include "proxy/transport.h"

namespace llmgw::cli::gpu_command {
namespace gpu_serving {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::size_t most_page = std::size_t{16} << 20U;

void tell_none(gpu::Process& process, const std::string& why) {
  process.server = gpu::Text::unknown(why);
  process.model = gpu::Text::unknown(why);
  process.kv = gpu::Figure::unknown(why);
  process.running = gpu::Figure::unknown(why);
}

health::ProcFiles proc_files(const gpu::Files& files) {
  return {.read = files.read,
          .links =
              [&files](const std::string& folder) {
                std::vector<std::string> all;
                for (const auto& name : files.list(folder)) {
                  if (auto to = files.link(folder + "/" + name)) all.push_back(*std::move(to));
                }
                return all;
              },
          .link = files.link};
}

/// Sources that name processes. A recording, which has no such time, tells of processes that are gone.
bool joined(const gpu::Snapshot& snapshot) {
  if (snapshot.taken_ns == 0) return false;
  return snapshot.source == "nvml" || snapshot.source == "smi" || snapshot.source == "amd" || snapshot.source == "ssh";
}

net::HttpRequest metrics_request(net::SharedEndpoint endpoint, const std::string& page) {
  constexpr net::milliseconds limit{2000};
  net::HttpRequest request;
  request.endpoint = std::move(endpoint);
  request.message.method = "GET";
  request.message.target = page;
  request.message.headers.add("accept", "text/plain;version=0.0.4, application/openmetrics-text;q=0.5");
  request.deadlines = {.connect = limit, .first_byte = limit, .idle = limit, .total = limit};
  return request;
}

/// `ada@gx-01` is the host gx-01.
std::string without_user(const std::string& name) { return name.substr(name.find('@') + 1); }

}  // namespace gpu_serving

void Serving::know(const Named& named) {
  const auto address = parse_server_url(named.url);
  if (!address || !address->unix_path.empty()) return;
  auto page = net::parse_url(named.watched.metrics_url.empty() ? named.url : named.watched.metrics_url);
  if (!page) return;
  proxy::set_transport(page->endpoint, named.transport);
  known_.push_back({.name = named.name,
                    .host = address->host,
                    .port = address->port,
                    .loopback = address->loopback(),
                    .gpu_host = gpu_serving::without_user(named.watched.gpu_host),
                    .endpoint = net::share(std::move(page->endpoint)),
                    .page = named.watched.metrics_url.empty() || page->path.empty() ? "/metrics" : page->path,
                    .model = named.model});
}

Serving Serving::open(Context& context, const Arguments& given) {
  Serving serving(context);
  const auto file = config_file(context, given);
  if (!file || !*file) {
    serving.why_none_ = "there is no configuration to name a server";
    return serving;
  }
  const auto loaded = config::load_file(**file, context.env, {.require_variables = false});
  if (!loaded) {
    serving.why_none_ = "the configuration cannot be read: llmgw config validate tells why";
    return serving;
  }
  for (const auto& model : loaded->config.models) {
    const auto& params = model.params;
    serving.know({.name = model.name,
                  .url = params.api_base,
                  .model = params.model.empty() ? model.name : params.model,
                  .watched = model.watched,
                  .transport = params.transport});
  }
  for (const auto& [name, profile] : loaded->config.profiles) {
    serving.know({.name = name,
                  .url = profile.base_url,
                  .model = profile.model,
                  .watched = profile.watched,
                  .transport = profile.transport});
  }
  return serving;
}

net::Task<> Serving::ask(net::ClientRoom& room, const Known& server, Asked& asked) {
  const auto now = context_.clock.now_ns();
  if (asked.at_ns != 0 && now - asked.at_ns < gpu_serving::second_ns) co_return;
  asked.at_ns = now;
  asked.load.reset();
  auto request = gpu_serving::metrics_request(server.endpoint, server.page);
  auto page = co_await net::fetch(room.client(), std::move(request), gpu_serving::most_page);
  if (!page) {
    asked.why = "its metrics cannot be read: " + page.error().message;
    co_return;
  }
  asked.why = fmt::format("its page of metrics answered HTTP {}", page->head.status);
  if (page->head.status != 200) co_return;
  asked.why = "its page of metrics does not tell";
  asked.load = health::load_of(metrics::Exposition::parse(std::move(page->body)));
}

Serving::Here Serving::servers_at(const gpu::Snapshot& snapshot, const gpu::Files& files) const {
  Here here{.proc = gpu_serving::proc_files(files), .servers = {}, .places = {}, .remote = snapshot.source == "ssh"};
  const auto machine = gpu_serving::without_user(snapshot.host);
  for (std::size_t i = 0; i < known_.size(); ++i) {
    const auto& server = known_[i];
    const bool on_it = server.gpu_host.empty() ? !here.remote && (server.loopback || server.host == machine)
                                               : server.gpu_host == machine;
    if (!on_it) continue;
    here.servers.push_back({server.name, server.port});
    here.places.push_back(i);
  }
  return here;
}

net::Task<> Serving::add_to_process(net::ClientRoom& room, const Here& here, gpu::Process& process) {
  if (here.servers.empty()) {
    gpu_serving::tell_none(process, here.remote ? "no profile or model names this host as gpu_host" : why_none_);
    co_return;
  }
  health::Owner owner;
  if (!here.remote) owner = health::owner_of(process.pid, here.proc, here.servers);
  if (here.remote && here.servers.size() == 1) owner.server = 0;
  if (here.remote && !owner.server) owner.why = "several servers name this host as gpu_host";
  gpu_serving::tell_none(process, owner.why);
  if (!owner.server) co_return;
  const auto place = here.places[*owner.server];
  const auto& server = known_[place];
  auto& asked = asked_[place];
  co_await ask(room, server, asked);
  gpu_serving::tell_none(process, asked.why);
  process.server = server.name;
  if (!server.model.empty()) process.model = server.model;
  if (!asked.load) co_return;
  constexpr double percent = 100;
  if (!asked.load->model.empty()) process.model = asked.load->model;
  if (asked.load->kv) process.kv = *asked.load->kv * percent;
  if (asked.load->running) process.running = *asked.load->running;
}

net::Task<> Serving::add_to(net::ClientRoom& room, const gpu::Files& files, Reading& reading) {
  for (auto& snapshot : reading.hosts) {
    if (!gpu_serving::joined(snapshot)) continue;
    const auto here = servers_at(snapshot, files);
    for (auto& each : snapshot.gpus) {
      if (!each.procs) continue;
      for (auto& process : *each.procs) co_await add_to_process(room, here, process);
    }
  }
}

}  // namespace llmgw::cli::gpu_command
