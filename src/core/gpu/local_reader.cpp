#include "core/gpu/local_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/gpu/amd.h"
#include "core/gpu/smi_topology.h"

namespace llmgw::gpu {
namespace local_reading {

constexpr std::chrono::seconds program_limit{10};

bool is_host(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '@' || c == '-';
  };
  return !name.empty() && name.front() != '-' && std::ranges::all_of(name, allowed);
}

/// What sysfs says of a PCI device (docs.kernel.org, "sysfs-bus-pci"); -1 is a machine without NUMA.
Place place_of(const Files& files, const Gpu& gpu) {
  const auto unknown = Text::unknown("sysfs does not tell");
  if (!gpu[Label::bus_id]) return {.cpus = unknown, .numa = unknown};
  auto address = *gpu[Label::bus_id];
  if (address.starts_with("0000") && address.find(':') > 4) address.erase(0, 4);  // sysfs writes four digits
  std::ranges::transform(address, address.begin(), [](char c) { return c >= 'A' && c <= 'F' ? c + 32 : c; });
  const auto line = [&](std::string_view file) {
    const auto text = files.read(fmt::format("/sys/bus/pci/devices/{}/{}", address, file));
    if (!text || text->empty() || text->starts_with("-1")) return Text::unknown("sysfs does not tell");
    return Text(text->substr(0, text->find('\n')));
  };
  return {.cpus = line("local_cpulist"), .numa = line("numa_node")};
}

/// ssh's own failures; 255 is none of nvidia-smi's codes (ssh(1), EXIT STATUS). What it says last is the reason: above
/// it may stand a banner.
std::optional<Error> trouble_of_ssh(const smi::Answer& answer, const std::string& host) {
  constexpr int not_connected = 255;
  if (answer.exit != not_connected) return std::nullopt;
  std::string_view says = answer.err;
  while (says.ends_with('\n') || says.ends_with('\r')) says.remove_suffix(1);
  const auto line = says.substr(says.find_last_of('\n') + 1);
  auto error = fail(Errc::not_found, line.starts_with("ssh: ") ? std::string(line)
                                     : line.empty()            ? "ssh: no connection"
                                                               : fmt::format("ssh: {}", line))
                   .error();
  error.param = line.contains("Host key") ? fmt::format("ssh {} once by hand, and compare the key's fingerprint", host)
                : line.contains("Permission denied")
                    ? fmt::format("set up a key: ssh {} must work without a password", host)
                    : fmt::format("ssh {} by hand, which tells more", host);
  return error;
}

void stamp(const Clock& clock, Snapshot& snapshot) {
  snapshot.taken_s = static_cast<double>(clock.unix_s());
  snapshot.taken_ns = clock.now_ns();
}

}  // namespace local_reading

Result<nvml::Session*> LocalReader::session() {
  if (!session_) {
    TRY(auto symbols, machine_.nvml());
    TRY(auto opened, nvml::Session::open(std::move(symbols)));
    session_.emplace(std::move(opened));
  }
  return &*session_;
}

Snapshot LocalReader::complete(Snapshot snapshot) {
  const auto files = machine_.files();
  add_host(files, snapshot);
  fill_unified(snapshot);
  add_owners(files, snapshot);
  local_reading::stamp(clock_, snapshot);
  add_log(snapshot);
  return snapshot;
}

void LocalReader::add_log(Snapshot& snapshot) {
  const auto log = machine_.kernel_log();
  if (!log) {
    for (auto& gpu : snapshot.gpus) gpu[Field::xid_last] = gpu[Field::xid_time] = Figure::unknown(log.error().message);
    return;
  }
  for (auto& message : parse_kernel_log(*log)) keep(std::move(message), xids_);
  const auto boot = snapshot.uptime_s ? std::optional(snapshot.taken_s - *snapshot.uptime_s) : std::nullopt;
  add_xids(xids_, boot, snapshot);
}

Result<Snapshot> LocalReader::nvml() {
  TRY(auto* open, session());
  TRY(auto snapshot, open->read(wishes_));
  if (snapshot.gpus.empty()) return fail(Errc::not_found, "NVML: the driver sees no GPU");
  return complete(std::move(snapshot));
}

LocalReader::Place LocalReader::here() { return {.words = {"nvidia-smi"}}; }

/// Nothing is asked of a person there.
Result<LocalReader::Place> LocalReader::behind_ssh(const std::string& host) {
  if (!local_reading::is_host(host)) {
    return fail(Errc::usage, fmt::format("'{}' is no name of a host: letters, digits, and . _ @ - are allowed", host));
  }
  return Place{
      .words = {"ssh", "-oBatchMode=yes", "-oConnectTimeout=5", "-oStrictHostKeyChecking=yes", host, "nvidia-smi"},
      .host = host};
}

Result<smi::Answer> LocalReader::ask(const Place& place, std::vector<std::string> words) {
  words.insert(words.begin(), place.words.begin(), place.words.end());
  TRY(auto answer, machine_.run(words, local_reading::program_limit));
  if (place.host.empty()) return answer;
  if (auto trouble = local_reading::trouble_of_ssh(answer, place.host)) return std::unexpected(*std::move(trouble));
  return answer;
}

Result<Snapshot> LocalReader::ask_smi(const Place& place) {
  Result<Snapshot> read = fail(Errc::not_found, "nvidia-smi: no set of fields was accepted");
  for (const auto& tier : smi::tiers()) {
    TRY(const auto answer, ask(place, smi::query(tier)));
    if (smi::refuses_field(answer)) continue;
    read = smi::read(tier, answer);
    break;
  }
  if (!read) return read;
  if (read->gpus.empty()) return fail(Errc::not_found, "nvidia-smi: the driver sees no GPU");
  const auto processes = ask(place, smi::process_query());
  if (processes) smi::add_processes(*processes, *read);
  return read;
}

Result<Snapshot> LocalReader::smi() {
  TRY(auto snapshot, ask_smi(here()));
  if (!versions_) {
    if (auto told = ask(here(), smi::version_query())) versions_ = *std::move(told);
  }
  if (versions_) smi::add_version(*versions_, snapshot);
  return complete(std::move(snapshot));
}

Result<Snapshot> LocalReader::ssh(const std::string& host) {
  TRY(const auto place, behind_ssh(host));
  TRY(auto snapshot, ask_smi(place));
  snapshot.host = host;
  snapshot.source = "ssh";
  snapshot.cuda = Text::unknown("not asked for over ssh");
  local_reading::stamp(clock_, snapshot);
  return snapshot;
}

Result<Snapshot> LocalReader::amd() {
  TRY(auto snapshot, amd::read(machine_.files()));
  return complete(std::move(snapshot));
}

Result<Snapshot> LocalReader::automatic() {
  auto first = nvml();
  if (first) return first;
  auto second = smi();
  if (second) return second;
  auto third = amd();
  if (third) return third;
  auto error = fail(Errc::not_found, fmt::format("no usable source of GPU figures: {}; {}; {}", first.error().message,
                                                 second.error().message, third.error().message))
                   .error();
  error.param = first.error().param;
  return std::unexpected(std::move(error));
}

Result<Topology> LocalReader::nvml_topology() {
  TRY(const auto* open, session());
  TRY(const auto snapshot, open->read({}));
  const auto files = machine_.files();
  Topology topology{.links = open->links(), .places = {}};
  for (const auto& gpu : snapshot.gpus) topology.places.push_back(local_reading::place_of(files, gpu));
  return topology;
}

Result<Topology> LocalReader::ask_topology(const Place& place) {
  TRY(const auto answer, ask(place, smi::topology_query()));
  return smi::read_topology(answer);
}

Result<Topology> LocalReader::smi_topology() { return ask_topology(here()); }

Result<Topology> LocalReader::ssh_topology(const std::string& host) {
  TRY(const auto place, behind_ssh(host));
  return ask_topology(place);
}

}  // namespace llmgw::gpu
