#include "core/gpu/local_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/gpu/amd.h"
#include "core/gpu/xid.h"

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

double now_s(const Clock& clock) { return static_cast<double>(clock.unix_s()); }

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
  snapshot.taken_s = local_reading::now_s(clock_);
  if (const auto log = machine_.kernel_log()) {
    const auto boot = snapshot.uptime_s ? std::optional(snapshot.taken_s - *snapshot.uptime_s) : std::nullopt;
    add_xids(parse_kernel_log(*log), boot, snapshot);
  } else {
    for (auto& gpu : snapshot.gpus) gpu[Field::xid_last] = gpu[Field::xid_time] = Figure::unknown(log.error().message);
  }
  return snapshot;
}

Result<Snapshot> LocalReader::nvml() {
  TRY(auto* open, session());
  TRY(auto snapshot, open->read(wishes_));
  if (snapshot.gpus.empty()) return fail(Errc::not_found, "NVML: the driver sees no GPU");
  return complete(std::move(snapshot));
}

Result<Snapshot> LocalReader::ask_smi(std::vector<std::string> words) {
  Result<Snapshot> read = fail(Errc::not_found, "nvidia-smi: no set of fields was accepted");
  for (const auto& tier : smi::tiers()) {
    auto all = words;
    for (auto& word : smi::query(tier)) all.push_back(std::move(word));
    TRY(const auto answer, machine_.run(all, local_reading::program_limit));
    if (smi::refuses_field(answer)) continue;
    read = smi::read(tier, answer);
    break;
  }
  if (!read) return read;
  if (read->gpus.empty()) return fail(Errc::not_found, "nvidia-smi: the driver sees no GPU");
  for (auto& word : smi::process_query()) words.push_back(std::move(word));
  const auto processes = machine_.run(words, local_reading::program_limit);
  if (processes) smi::add_processes(*processes, *read);
  return read;
}

Result<Snapshot> LocalReader::smi() {
  TRY(auto snapshot, ask_smi({"nvidia-smi"}));
  return complete(std::move(snapshot));
}

Result<Snapshot> LocalReader::ssh(const std::string& host) {
  if (!local_reading::is_host(host)) {
    return fail(Errc::usage, fmt::format("'{}' is no name of a host: letters, digits, and . _ @ - are allowed", host));
  }
  TRY(auto snapshot,
      ask_smi({"ssh", "-oBatchMode=yes", "-oConnectTimeout=5", "-oStrictHostKeyChecking=yes", host, "nvidia-smi"}));
  snapshot.host = host;
  snapshot.source = "ssh";
  snapshot.taken_s = local_reading::now_s(clock_);
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

Result<std::vector<nvml::Link>> LocalReader::links() {
  TRY(const auto* open, session());
  return open->links();
}

}  // namespace llmgw::gpu
