#include "core/health/gpu_join.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/health/kind.h"

namespace llmgw::health {
namespace gpu_joining {

constexpr int most_parents = 32;

template <class Number>
std::optional<Number> number(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (auto start = line.find_first_not_of(' '); start != std::string_view::npos;) {
    const auto end = std::min(line.find(' ', start), line.size());
    words.push_back(line.substr(start, end - start));
    start = line.find_first_not_of(' ', end);
  }
  return words;
}

std::vector<std::uint64_t> sockets_in(const std::vector<std::string>& links) {
  constexpr std::string_view mark = "socket:[";
  std::vector<std::uint64_t> inodes;
  for (const std::string_view link : links) {
    if (!link.starts_with(mark) || !link.ends_with(']')) continue;
    const auto digits = link.substr(mark.size(), link.size() - mark.size() - 1);
    if (const auto inode = number<std::uint64_t>(digits)) inodes.push_back(*inode);
  }
  return inodes;
}

/// What the walk up from one process has seen.
struct Walk {
  const ProcFiles& files;
  std::span<const KnownServer> servers;
  std::vector<std::uint16_t> ports = {};
  bool closed = false;   ///< the open files of some process could not be read
  bool foreign = false;  ///< some process listens in a network of its own

  std::optional<std::size_t> look_at(std::int64_t pid) {
    const auto folder = fmt::format("/proc/{}", pid);
    const auto links = files.links(folder + "/fd");
    if (links.empty()) closed = true;
    const auto inodes = sockets_in(links);
    if (inodes.empty()) return std::nullopt;
    std::vector<std::uint16_t> found;
    for (const auto* table : {"/net/tcp", "/net/tcp6"}) {
      const auto more = listening_ports(files.read(folder + table).value_or(""), inodes);
      found.insert(found.end(), more.begin(), more.end());
    }
    const auto here = files.link("/proc/self/ns/net");
    if (!found.empty() && here && files.link(folder + "/ns/net").value_or(*here) != *here) {
      foreign = true;
      return std::nullopt;
    }
    ports.insert(ports.end(), found.begin(), found.end());
    for (std::size_t i = 0; i < servers.size(); ++i) {
      if (std::ranges::find(found, servers[i].port) != found.end()) return i;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string why(std::int64_t pid) const {
    if (!ports.empty()) {
      return fmt::format("it listens on port {}, and no profile or model has a URL with that port",
                         fmt::join(ports, ", "));
    }
    if (foreign) return "it listens inside a container's own network";
    if (closed) return "its open files cannot be read: ask as its user or as root";
    return fmt::format("neither process {} nor its parents listen on a port", pid);
  }
};

}  // namespace gpu_joining

std::vector<std::uint16_t> listening_ports(std::string_view table, std::span<const std::uint64_t> inodes) {
  // Fields of a line (proc(5), /proc/net/tcp): 1 is the local address in hexadecimal, 3 the state, 9 the inode.
  constexpr std::size_t inode_place = 9;
  constexpr std::string_view listening = "0A";
  constexpr int hexadecimal = 16;
  std::vector<std::uint16_t> ports;
  while (!table.empty()) {
    const auto end = std::min(table.find('\n'), table.size());
    const auto words = gpu_joining::words_of(table.substr(0, end));
    table.remove_prefix(std::min(end + 1, table.size()));
    if (words.size() <= inode_place || words[3] != listening) continue;
    const auto inode = gpu_joining::number<std::uint64_t>(words[inode_place]);
    if (!inode || std::ranges::find(inodes, *inode) == inodes.end()) continue;
    const auto port = gpu_joining::number<std::uint16_t>(words[1].substr(words[1].rfind(':') + 1), hexadecimal);
    if (port && std::ranges::find(ports, *port) == ports.end()) ports.push_back(*port);
  }
  return ports;
}

std::optional<std::int64_t> parent_in(std::string_view stat) {
  const auto name_end = stat.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  const auto words = gpu_joining::words_of(stat.substr(name_end + 1));  // the state, then the parent
  return words.size() < 2 ? std::nullopt : gpu_joining::number<std::int64_t>(words[1]);
}

Owner owner_of(std::int64_t pid, const ProcFiles& files, std::span<const KnownServer> servers) {
  if (servers.empty()) return {std::nullopt, "no profile or model of the configuration is on this machine"};
  gpu_joining::Walk walk{.files = files, .servers = servers};
  auto each = pid;
  for (int step = 0; step < gpu_joining::most_parents && each > 0; ++step) {
    const auto stat = files.read(fmt::format("/proc/{}/stat", each));
    if (!stat) {
      if (each == pid) return {std::nullopt, fmt::format("no process {} is seen here", pid)};
      break;
    }
    if (const auto server = walk.look_at(each)) return {server, {}};
    each = parent_in(*stat).value_or(0);
  }
  return {std::nullopt, walk.why(pid)};
}

std::optional<ServerLoad> load_of(const metrics::Exposition& page) {
  for (const auto& kind : kinds()) {
    const auto& names = kind.load;
    if (names.running.empty() || page.series(names.running).empty()) continue;
    ServerLoad load;
    load.running = page.sum(names.running);
    load.model = std::string(page.series(names.running).front().label("model_name").value_or(""));
    for (const auto name : names.kv) {
      if (!load.kv) load.kv = page.max(name);
    }
    return load;
  }
  return std::nullopt;
}

}  // namespace llmgw::health
