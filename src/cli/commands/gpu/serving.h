#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands/gpu/sources.h"
#include "cli/context.h"
#include "core/config/schema.h"
#include "core/health/gpu_join.h"
#include "core/net/foreground.h"

namespace llmgw::cli::gpu_command {

/// Tells which configured server each process on a GPU belongs to, and what that server says of itself. Keep it for
/// several readings: no server is asked more than once a second.
class Serving {
 public:
  /// Takes profiles and models of the configuration; without one, or with one that is wrong, that is the reason which
  /// processes get.
  static Serving open(Context& context, const Arguments& given);

  /// Fills in server, model, KV cache and running requests of the processes: of this machine, whose files these are,
  /// over the ports they listen on; of a host behind ssh where one server alone names it as its `gpu_host`.
  net::Task<> add_to(net::ClientRoom& room, const gpu::Files& files, Reading& reading);

 private:
  struct Known {
    std::string name;
    std::string host;
    std::uint16_t port = 0;
    bool loopback = false;
    std::string gpu_host;  ///< without a user; empty: the host of its URL
    net::SharedEndpoint endpoint;
    std::string page;  ///< the path of its metrics
    std::string model;
  };
  /// What of that is on the machine of one snapshot.
  struct Here {
    health::ProcFiles proc;
    std::vector<health::KnownServer> servers;
    std::vector<std::size_t> places;  ///< of each in `known_`
    bool remote = false;              ///< behind ssh: there is nothing but `gpu_host` to go by
  };
  struct Asked {
    std::int64_t at_ns = 0;
    std::optional<health::ServerLoad> load;
    std::string why;
  };

  explicit Serving(Context& context) : context_(context) {}
  /// A server as the configuration has it.
  struct Named {
    const std::string& name;
    const std::string& url;
    const std::string& model;
    const config::Watched& watched;
    const config::Transport& transport;
  };
  void know(const Named& named);
  net::Task<> ask(net::ClientRoom& room, const Known& server, Asked& asked);
  [[nodiscard]] Here servers_at(const gpu::Snapshot& snapshot, const gpu::Files& files) const;
  net::Task<> add_to_process(net::ClientRoom& room, const Here& here, gpu::Process& process);

  Context& context_;
  std::vector<Known> known_;
  std::string why_none_ = "no profile or model of the configuration is on this machine";
  std::map<std::size_t, Asked> asked_;  ///< by the place in `known_`: names may be there twice
};

}  // namespace llmgw::cli::gpu_command
