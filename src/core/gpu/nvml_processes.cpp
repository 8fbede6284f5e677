#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/gpu/nvml_device.h"

namespace llmgw::gpu::nvml {
namespace nvml_processes {

constexpr std::uint64_t memory_not_known = ~std::uint64_t{0};
constexpr std::uint32_t no_instance = ~std::uint32_t{0};
constexpr std::size_t first_guess = 32;
constexpr std::size_t most = 4096;  // a driver that keeps asking for more is not believed

using Call = Return (*)(Device, unsigned*, void*);

/// Calls until the buffer is large enough: processes may start between two calls.
template <class Info>
Return list(Call call, Device device, std::vector<Info>& infos, Watch& watch) {
  for (std::size_t size = first_guess; size <= most; size *= 2) {
    infos.resize(size);
    auto count = static_cast<unsigned>(size);
    const auto code = watch(ask(call, device, &count, static_cast<void*>(infos.data())));
    if (code == success) infos.resize(std::min<std::size_t>(count, size));
    if (code != insufficient_size) return code;
  }
  return insufficient_size;
}

Figure memory_of(std::uint64_t bytes) {
  if (bytes == memory_not_known) return Figure::unknown("the driver does not know it");
  return static_cast<double>(bytes);
}

/// One of the calls that list processes.
struct Kind {
  Call call;
  bool old;  ///< it fills ProcessInfo1
  std::string_view type;
};

Return add(const Kind& kind, Device device, std::vector<Process>& all, Watch& watch) {
  std::vector<ProcessInfo2> infos;
  Return code = success;
  if (kind.old) {
    std::vector<ProcessInfo1> narrow;
    code = list(kind.call, device, narrow, watch);
    if (code != success) return code;
    for (const auto& info : narrow) infos.push_back({info.pid, info.used_memory, no_instance, no_instance});
  } else {
    code = list(kind.call, device, infos, watch);
    if (code != success) return code;
  }
  for (const auto& info : infos) {
    Process process;
    process.pid = info.pid;
    process.type = kind.type;
    process.mem_b = memory_of(info.used_memory);
    process.mig = info.gpu_instance == no_instance
                      ? Text::unknown("the GPU is not divided")
                      : Text(fmt::format("{}/{}", info.gpu_instance, info.compute_instance));
    process.sm = Figure::unknown("no sample yet");
    // A program that computes and draws is in two lists, with the same memory in both.
    const auto known = std::ranges::find_if(
        all, [&](const Process& each) { return each.pid == process.pid && each.mig == process.mig; });
    if (known == all.end()) {
      all.push_back(std::move(process));
    } else if (known->type != kind.type) {
      known->type += fmt::format("+{}", kind.type);
    }
  }
  return success;
}

void add_samples(const Api& api, Device device, std::vector<Process>& all, Watch& watch) {
  std::vector<ProcessSample> samples;
  unsigned count = 0;
  Return code = insufficient_size;
  for (std::size_t size = first_guess * 4; size <= most && code == insufficient_size; size *= 2) {
    samples.resize(size);
    count = static_cast<unsigned>(size);
    code = watch(ask(api.process_samples, device, samples.data(), &count, 0ULL));
  }
  if (code != success) {
    for (auto& process : all) process.sm = Figure::unknown(code == no_data ? "no sample yet" : reason_of(code));
    return;
  }
  samples.resize(std::min<std::size_t>(count, samples.size()));
  // A process has several samples: the newest counts.
  std::ranges::sort(samples, {}, &ProcessSample::timestamp);
  constexpr std::uint32_t hundred = 100;
  for (const auto& sample : samples) {
    if (sample.sm > hundred) continue;  // some drivers fill in garbage for processes that are gone
    for (auto& process : all) {
      if (process.pid == sample.pid) process.sm = sample.sm;
    }
  }
}

}  // namespace nvml_processes

void read_processes(const Api& api, Device device, Gpu& gpu, Watch& watch) {
  using nvml_processes::add;
  std::vector<Process> all;
  const auto code = add({api.compute_processes, api.compute_v1, "compute"}, device, all, watch);
  if (code != success) {
    gpu.procs = Fact<std::vector<Process>>::unknown(reason_of(code));
    return;
  }
  // Many GPUs serve no graphics, and older drivers no MPS: that takes nothing from the list.
  add({api.graphics_processes, api.graphics_v1, "graphics"}, device, all, watch);
  add({api.mps_processes, api.mps_v1, "mps"}, device, all, watch);
  if (!all.empty()) nvml_processes::add_samples(api, device, all, watch);
  gpu.procs = std::move(all);
}

void read_mig(const Api& api, Device device, Gpu& gpu, Watch& watch) {
  unsigned current = 0;
  unsigned pending = 0;
  if (const auto code = watch(ask(api.mig_mode, device, &current, &pending)); code != success) {
    gpu[Label::mig_mode] = Text::unknown(reason_of(code));
    gpu.mig = Fact<std::vector<MigDevice>>::unknown(reason_of(code));
    return;
  }
  gpu[Label::mig_mode] = current != 0 ? "enabled" : "disabled";
  std::vector<MigDevice> all;
  unsigned count = 0;
  const auto counted = current != 0 ? watch(ask(api.mig_count, device, &count)) : success;
  if (counted != success) {
    gpu.mig = Fact<std::vector<MigDevice>>::unknown(reason_of(counted));
    return;
  }
  for (unsigned i = 0; i < count; ++i) {
    Device part = nullptr;
    if (watch(ask(api.mig_by_index, device, i, &part)) != success) continue;  // places need not be taken
    MigDevice mig;
    mig.uuid = text(watch, api.uuid, part);
    mig.name = text(watch, api.name, part);
    mig.gpu_instance = figure<unsigned>(watch, 1, api.gpu_instance, part);
    mig.compute_instance = figure<unsigned>(watch, 1, api.compute_instance, part);
    Gpu view;  // memory is asked of a part as of a whole
    read_memory(api, part, view, watch);
    mig.mem_total_b = view[Field::mem_total];
    mig.mem_used_b = view[Field::mem_used];
    all.push_back(std::move(mig));
  }
  gpu.mig = std::move(all);
}

}  // namespace llmgw::gpu::nvml
