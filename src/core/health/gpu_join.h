#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/metrics/exposition.h"

/// Which server holds a GPU's memory: from the process that the driver names, over its parents, to a port that one of
/// them listens on, to the server that the configuration has at that port.
namespace llmgw::health {

/// What is read of /proc (proc(5)); tests hand in texts.
struct ProcFiles {
  /// The text of a file, or nullopt when it cannot be read.
  std::function<std::optional<std::string>(const std::string& path)> read;
  /// What the links of a folder point to: `socket:[4026]`; empty when they cannot be read.
  std::function<std::vector<std::string>(const std::string& folder)> links;
  /// What one link points to, or nullopt.
  std::function<std::optional<std::string>(const std::string& path)> link;
};

/// A server of this machine as the configuration knows it.
struct KnownServer {
  std::string name;  ///< of the profile or the model
  std::uint16_t port = 0;
};

/// Where the way from a process ended.
struct Owner {
  std::optional<std::size_t> server;  ///< its place in the list
  std::string why;                    ///< a few words when there is none
};

/// Finds the server of a process. A process inside a container listens on ports of the container, which say nothing of
/// those that URLs name: they count only where the network is this process's own.
Owner owner_of(std::int64_t pid, const ProcFiles& files, std::span<const KnownServer> servers);

/// The local ports of /proc/net/tcp or tcp6 on which the sockets with these inodes listen.
std::vector<std::uint16_t> listening_ports(std::string_view table, std::span<const std::uint64_t> inodes);

/// The parent in /proc/PID/stat, whose second field may hold blanks and parentheses; nullopt for another text.
std::optional<std::int64_t> parent_in(std::string_view stat);

/// What a page of metrics says of a server at work.
struct ServerLoad {
  std::string model;              ///< label `model_name`; empty where the engine has none
  std::optional<double> kv;       ///< share of the KV cache in use, 0 to 1
  std::optional<double> running;  ///< requests in work
};

/// Reads the page of whichever kind of engine it is of; nullopt for a page of none.
std::optional<ServerLoad> load_of(const metrics::Exposition& page);

}  // namespace llmgw::health
