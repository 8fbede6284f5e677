#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/gpu/model.h"

namespace llmgw::gpu {

/// What the rooms of this folder read of a machine; tests hand in texts.
struct Files {
  /// The text of a small file, or nullopt when it cannot be read.
  std::function<std::optional<std::string>(const std::string& path)> read;
  /// The names in a folder, sorted; empty when there is none.
  std::function<std::vector<std::string>(const std::string& folder)> list;
  /// What a symbolic link points to, or nullopt when it cannot be read.
  std::function<std::optional<std::string>(const std::string& path)> link = {};
  /// The name of a user, or nullopt for a number without one.
  std::function<std::optional<std::string>(std::int64_t uid)> user;
};

/// Memory of the host: /proc/meminfo in bytes (proc(5)).
struct HostMemory {
  Figure total_b;
  Figure free_b;  ///< MemAvailable: what programs can get, caches that would be dropped included
};
HostMemory parse_meminfo(std::string_view text);

/// Fills in what the operating system knows of the host: name, kernel, uptime, memory.
void add_host(const Files& files, Snapshot& snapshot);

/// Gives GPUs that share the host's memory its figures: `unified` GPUs have none of their own.
void fill_unified(Snapshot& snapshot);

/// Fills in name, user and container of the processes, from /proc.
void add_owners(const Files& files, Snapshot& snapshot);

/// The id of the container that a cgroup file names, shortened to 12 digits as container tools show it; `none` outside.
std::string container_of(std::string_view cgroup);

}  // namespace llmgw::gpu
