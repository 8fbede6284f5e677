#include "core/gpu/nvml_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/gpu/nvml_device.h"

namespace llmgw::gpu::nvml {
namespace nvml_session {

constexpr unsigned most_devices = 256;

/// nvml.h, nvmlGpuTopologyLevel_t, with the words of `nvidia-smi topo -m`.
struct Level {
  int number;
  std::string_view name;
};
constexpr std::array levels{Level{0, "X"},    Level{10, "PIX"},  Level{20, "PXB"},
                            Level{30, "PHB"}, Level{40, "NODE"}, Level{50, "SYS"}};
constexpr int p2p_over_nvlink = 2;  // nvmlGpuP2PCapsIndex_t
constexpr int p2p_ok = 0;           // nvmlGpuP2PStatus_t

std::unexpected<Error> unusable(Return code) {
  auto error = fail(Errc::not_found, "NVML: " + reason_of(code)).error();
  error.param = advice_of(code);
  return std::unexpected(std::move(error));
}

Gpu read_gpu(const Api& api, unsigned index, const Wishes& wishes) {
  Gpu gpu;
  gpu.index = index;
  Watch watch(gpu);
  Device device = nullptr;
  if (const auto code = watch(ask(api.device_by_index, index, &device)); code != success) {
    if (gpu.presence == Presence::ok) gpu.presence = Presence::silent;
    gpu.trouble = reason_of(code);
    for (auto& figure : gpu.figures) figure.why = gpu.trouble;
    for (auto& text : gpu.texts) text.why = gpu.trouble;
    gpu.throttle.why = gpu.mig.why = gpu.procs.why = gpu.trouble;
    return gpu;
  }
  read_names(api, device, gpu, watch);
  read_memory(api, device, gpu, watch);
  read_load(api, device, gpu, watch);
  read_power(api, device, gpu, watch);
  read_errors(api, device, gpu, watch);
  read_pcie(api, device, gpu, watch);
  if (wishes.pcie) read_pcie_traffic(api, device, gpu, watch);
  read_nvlink(api, device, gpu, watch);
  if (wishes.nvlink) read_nvlink_traffic(api, device, gpu, watch);
  read_field_values(api, device, gpu, watch);
  read_mig(api, device, gpu, watch);
  read_processes(api, device, gpu, watch);
  return gpu;
}

Text path_between(const Api& api, Device from, Device to, unsigned links) {
  int status = p2p_ok + 1;
  if (links > 0 && ask(api.p2p_status, from, to, p2p_over_nvlink, &status) == success && status == p2p_ok) {
    return fmt::format("NV{}", links);
  }
  int level = 0;
  const auto code = ask(api.common_ancestor, from, to, &level);
  if (code != success) return Text::unknown(reason_of(code));
  const auto* found = std::ranges::find(levels, level, &Level::number);
  return found == levels.end() ? fmt::format("level {}", level) : std::string(found->name);
}

unsigned links_up(const Api& api, Device device) {
  unsigned up = 0;
  for (unsigned link = 0; link < most_links; ++link) {
    unsigned active = 0;
    if (ask(api.nvlink_state, device, link, &active) != success) break;
    up += active != 0 ? 1 : 0;
  }
  return up;
}

std::string version_of_cuda(int number) {
  constexpr int thousand = 1000;
  constexpr int ten = 10;
  return fmt::format("{}.{}", number / thousand, number % thousand / ten);
}

}  // namespace nvml_session

Result<Session> Session::open(std::unique_ptr<Symbols> symbols) {
  TRY(const auto api, resolve(*symbols));
  if (const auto code = api.init(); code != success) return nvml_session::unusable(code);
  return Session(std::move(symbols), api);
}

Session::~Session() {
  if (symbols_) ask(api_.shutdown);
}

Session::Session(Session&& other) noexcept : symbols_(std::move(other.symbols_)), api_(other.api_) {}

Result<Snapshot> Session::read(const Wishes& wishes) const {
  unsigned count = 0;
  if (const auto code = api_.device_count(&count); code != success) return nvml_session::unusable(code);
  Snapshot snapshot;
  snapshot.source = "nvml";
  std::array<char, 96> buffer{};
  auto code = ask(api_.driver_version, buffer.data(), static_cast<unsigned>(buffer.size()));
  buffer.back() = '\0';
  snapshot.driver = code == success ? Text(std::string(buffer.data())) : Text::unknown(reason_of(code));
  int cuda = 0;
  code = ask(api_.cuda_version, &cuda);
  snapshot.cuda = code == success ? Text(nvml_session::version_of_cuda(cuda)) : Text::unknown(reason_of(code));
  for (unsigned i = 0; i < std::min(count, nvml_session::most_devices); ++i) {
    snapshot.gpus.push_back(nvml_session::read_gpu(api_, i, wishes));
  }
  // Drivers 535.43 to 535.86 return wrong lists of processes (github.com/wookayin/gpustat, issue 161).
  if (snapshot.driver && snapshot.driver->starts_with("535.") && *snapshot.driver < "535.87") {
    snapshot.notes.emplace_back("this driver reports wrong processes; 535.98 and later do not");
  }
  return snapshot;
}

std::vector<Link> Session::links() const {
  unsigned count = 0;
  if (api_.device_count(&count) != success) return {};
  std::vector<Device> devices(std::min(count, nvml_session::most_devices), nullptr);
  for (unsigned i = 0; i < devices.size(); ++i) {
    if (api_.device_by_index(i, &devices[i]) != success) devices[i] = nullptr;
  }
  std::vector<Link> all;
  for (std::size_t from = 0; from < devices.size(); ++from) {
    const auto up = devices[from] != nullptr ? nvml_session::links_up(api_, devices[from]) : 0;
    for (std::size_t to = from + 1; to < devices.size(); ++to) {
      const bool both = devices[from] != nullptr && devices[to] != nullptr;
      all.push_back({from, to,
                     both ? nvml_session::path_between(api_, devices[from], devices[to], up)
                          : Text::unknown("a GPU cannot be opened")});
    }
  }
  return all;
}

}  // namespace llmgw::gpu::nvml
