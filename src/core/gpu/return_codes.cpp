#include "core/gpu/return_codes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace llmgw::gpu::nvml {
namespace return_table {

constexpr std::array rows{
    ReturnCode{0, "success", ""},
    ReturnCode{1, "NVML was not initialised", ""},
    ReturnCode{2, "NVML refused an argument", ""},
    ReturnCode{3, "not supported by this GPU", ""},
    ReturnCode{4, "no permission", "run as root, or let this user open the device files /dev/nvidia*"},
    ReturnCode{5, "NVML was initialised already", ""},
    ReturnCode{6, "not found", ""},
    ReturnCode{7, "the buffer was too small", ""},
    ReturnCode{8, "external power cables are not attached", "attach the power cables of the GPU"},
    ReturnCode{9, "the NVIDIA driver is not loaded", "load it with modprobe nvidia; see dmesg when that fails"},
    ReturnCode{10, "the driver did not answer in time", "see dmesg for Xid messages"},
    ReturnCode{11, "the kernel has a problem with the GPU's interrupts", "see dmesg"},
    ReturnCode{12, "NVML's library was not found", "install the NVIDIA driver's library libnvidia-ml.so.1"},
    ReturnCode{13, "this driver does not have the call", ""},
    ReturnCode{14, "the GPU's infoROM is damaged", "see nvidia-smi -q; the GPU may need repair"},
    ReturnCode{15, "the GPU is lost: it fell off the bus", "see dmesg for Xid 79; reboot the machine"},
    ReturnCode{16, "the GPU must be reset", "stop what uses it, then nvidia-smi --gpu-reset -i ID"},
    ReturnCode{17, "blocked by the system or the container",
               "give the container the device: --gpus all, or --device and a matching cgroup rule"},
    ReturnCode{18, "the driver and its library have different versions",
               "reboot, or reload the nvidia modules: the driver was upgraded while it was loaded"},
    ReturnCode{19, "the GPU is in use", ""},
    ReturnCode{20, "not enough memory", ""},
    ReturnCode{21, "no data yet", ""},
    ReturnCode{22, "not available for a vGPU with ECC", ""},
    ReturnCode{23, "not enough resources", ""},
    ReturnCode{24, "this frequency is not supported", ""},
    ReturnCode{25, "this driver wants another layout of the data", ""},
    ReturnCode{26, "deprecated by this driver", ""},
    ReturnCode{27, "not ready", ""},
    ReturnCode{28, "no such GPU", ""},
    ReturnCode{29, "not in this state of the GPU", ""},
    ReturnCode{999, "an unknown error of the driver", "see dmesg"},
};

const ReturnCode* find(Return code) {
  const auto* found = std::ranges::find(rows, code, &ReturnCode::code);
  return found == rows.end() ? nullptr : found;
}

}  // namespace return_table

std::span<const ReturnCode> return_codes() { return return_table::rows; }

std::string reason_of(Return code) {
  const auto* row = return_table::find(code);
  return row != nullptr ? std::string(row->reason) : fmt::format("NVML error {}", code);
}

std::string_view advice_of(Return code) {
  const auto* row = return_table::find(code);
  return row != nullptr ? row->advice : std::string_view{};
}

}  // namespace llmgw::gpu::nvml
