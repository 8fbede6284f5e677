#include "core/gpu/host_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "core/gpu/command_line.h"

namespace llmgw::gpu {
namespace host_texts {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// The rest of the line that begins with `key`.
std::optional<std::string_view> line_of(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    if (line.starts_with(key)) return trimmed(line.substr(key.size()));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::optional<double> leading_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? std::optional(value) : std::nullopt;
}

Figure kib_line(std::string_view text, std::string_view key) {
  constexpr double kib = 1024;
  const auto line = line_of(text, key);
  const auto value = line ? leading_number(*line) : std::nullopt;
  if (!value) return Figure::unknown(fmt::format("/proc/meminfo has no {}", key.substr(0, key.size() - 1)));
  return *value * kib;
}

bool hexadecimal(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

void add_owner(const Files& files, Process& process) {
  const auto folder = fmt::format("/proc/{}/", process.pid);
  const auto status = files.read(folder + "status");
  if (!status) {
    // Inside a container the driver tells process ids of the host.
    const auto why = fmt::format("no process {} is seen here: another pid namespace (--pid=host shows it), or it ended",
                                 process.pid);
    if (!process.name) process.name = Text::unknown(why);
    process.user = Text::unknown(why);
    process.container = Text::unknown(why);
    return;
  }
  if (!process.name) {
    const auto command = shown_command(files.read(folder + "cmdline").value_or(""));
    process.name = command.empty() ? std::string(line_of(*status, "Name:").value_or("")) : command;
  }
  const auto uid = leading_number(line_of(*status, "Uid:").value_or(""));
  if (uid) {
    const auto number = static_cast<std::int64_t>(*uid);
    process.user = files.user(number).value_or(std::to_string(number));
  } else {
    process.user = Text::unknown("/proc does not tell");
  }
  const auto cgroup = files.read(folder + "cgroup");
  process.container = cgroup ? Text(container_of(*cgroup)) : Text::unknown("/proc does not tell");
}

}  // namespace host_texts

HostMemory parse_meminfo(std::string_view text) {
  return {.total_b = host_texts::kib_line(text, "MemTotal:"), .free_b = host_texts::kib_line(text, "MemAvailable:")};
}

void add_host(const Files& files, Snapshot& snapshot) {
  const auto text = [&files](const char* path) {
    const auto read = files.read(path);
    return read ? Text(std::string(host_texts::trimmed(*read))) : Text::unknown(fmt::format("{} cannot be read", path));
  };
  if (snapshot.host.empty()) snapshot.host = text("/proc/sys/kernel/hostname").value_or("localhost");
  snapshot.kernel = text("/proc/sys/kernel/osrelease");
  const auto uptime = host_texts::leading_number(text("/proc/uptime").value_or(""));
  snapshot.uptime_s = uptime ? Figure(*uptime) : Figure::unknown("/proc/uptime cannot be read");
  const auto memory = parse_meminfo(files.read("/proc/meminfo").value_or(""));
  snapshot.host_mem_total_b = memory.total_b;
  snapshot.host_mem_free_b = memory.free_b;
}

void fill_unified(Snapshot& snapshot) {
  for (auto& gpu : snapshot.gpus) {
    if (gpu[Label::mem_kind].value_or("") != "unified") continue;
    gpu[Field::mem_total] = snapshot.host_mem_total_b;
    gpu[Field::mem_free] = snapshot.host_mem_free_b;
    gpu[Field::mem_used] = snapshot.host_mem_total_b && snapshot.host_mem_free_b
                               ? Figure(*snapshot.host_mem_total_b - *snapshot.host_mem_free_b)
                               : Figure::unknown(snapshot.host_mem_free_b.why);
    gpu[Field::mem_reserved] = Figure::unknown("the GPU shares the memory of the host");
  }
}

void add_owners(const Files& files, Snapshot& snapshot) {
  for (auto& gpu : snapshot.gpus) {
    if (!gpu.procs) continue;
    for (auto& process : *gpu.procs) host_texts::add_owner(files, process);
  }
}

std::string container_of(std::string_view cgroup) {
  // Docker, podman, containerd and CRI-O put 64 hexadecimal digits into the path of the control group.
  constexpr std::size_t id_size = 64;
  constexpr std::size_t shown = 12;
  for (std::size_t start = 0; start + id_size <= cgroup.size(); ++start) {
    const auto id = cgroup.substr(start, id_size);
    if (!host_texts::hexadecimal(id)) continue;
    return std::string(id.substr(0, shown));
  }
  return "none";
}

}  // namespace llmgw::gpu
