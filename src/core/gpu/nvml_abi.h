#pragma once

#include <cstddef>
#include <cstdint>

/// The part of NVML's binary interface that is used, declared here so that neither NVIDIA's header nor its library is
/// needed to build (docs.nvidia.com/deploy/nvml-api; nvml.h of NVML 13). Names follow nvml.h without its prefix.
namespace llmgw::gpu::nvml {

using Return = int;  ///< nvmlReturn_t; `return_codes.h` has the sentences
using Device = struct DeviceHandle*;

inline constexpr Return success = 0;
inline constexpr Return not_supported = 3;
inline constexpr Return no_permission = 4;
inline constexpr Return insufficient_size = 7;
inline constexpr Return driver_not_loaded = 9;
inline constexpr Return function_not_found = 13;
inline constexpr Return gpu_is_lost = 15;
inline constexpr Return reset_required = 16;
inline constexpr Return no_data = 21;
inline constexpr Return version_mismatch = 25;

/// A word that tells the library which layout of a struct it is handed: sizeof | version << 24.
template <class T>
constexpr std::uint32_t version_word(std::uint32_t version) {
  return static_cast<std::uint32_t>(sizeof(T)) | version << 24U;
}

struct Memory {
  std::uint64_t total, free, used;  ///< used holds what is reserved too
};
struct Memory2 {
  std::uint32_t version;
  std::uint64_t total, reserved, free, used;
};
struct Utilization {
  std::uint32_t gpu, memory;  ///< percent
};
struct PciInfo {
  char bus_id_legacy[16];  // NOLINT: the library's layout
  std::uint32_t domain, bus, device, device_id, subsystem_id;
  char bus_id[32];  // NOLINT: the same
};
struct ProcessInfo1 {
  std::uint32_t pid;
  std::uint64_t used_memory;
};
struct ProcessInfo2 {
  std::uint32_t pid;
  std::uint64_t used_memory;                     ///< all bits set: not known
  std::uint32_t gpu_instance, compute_instance;  ///< all bits set: no MIG device
};
struct Temperature {
  std::uint32_t version;
  std::int32_t sensor;
  std::int32_t celsius;
};
struct MarginTemperature {
  std::uint32_t version;
  std::int32_t celsius;
};
struct AddressingMode {
  std::uint32_t version;
  std::uint32_t value;  ///< 0 none, 1 HMM, 2 ATS
};
union Value {
  double as_double;
  std::uint32_t as_uint;
  std::uint64_t as_ulong;
  std::int64_t as_long;
  std::int32_t as_int;
  std::uint16_t as_ushort;
};
struct FieldValue {
  std::uint32_t field;
  std::uint32_t scope;
  std::int64_t timestamp;
  std::int64_t latency_us;
  std::int32_t
      type;  ///< which member of `value` counts: 0 double, 1 uint, 2 ulong, 3 ulonglong, 4 longlong, 5 int, 6 ushort
  Return code;
  Value value;
};
struct ProcessSample {
  std::uint32_t pid;
  std::uint64_t timestamp;
  std::uint32_t sm, memory, encoder, decoder;  ///< percent
};

static_assert(sizeof(Memory) == 24);
static_assert(sizeof(Memory2) == 40 && version_word<Memory2>(2) == 0x02000028);
static_assert(sizeof(PciInfo) == 68);
static_assert(sizeof(ProcessInfo1) == 16);
static_assert(sizeof(ProcessInfo2) == 24);
static_assert(sizeof(Temperature) == 12 && version_word<Temperature>(1) == 0x0100000c);
static_assert(sizeof(MarginTemperature) == 8 && version_word<MarginTemperature>(1) == 0x01000008);
static_assert(sizeof(AddressingMode) == 8 && version_word<AddressingMode>(1) == 0x01000008);
static_assert(sizeof(FieldValue) == 40 && offsetof(FieldValue, scope) == 4 && offsetof(FieldValue, timestamp) == 8 &&
              offsetof(FieldValue, latency_us) == 16 && offsetof(FieldValue, type) == 24 &&
              offsetof(FieldValue, code) == 28 && offsetof(FieldValue, value) == 32);
static_assert(sizeof(ProcessSample) == 32);

/// Field ids of nvmlDeviceGetFieldValues.
namespace field_id {
inline constexpr std::uint32_t memory_temp = 82;
inline constexpr std::uint32_t nvlink_count = 91;
inline constexpr std::uint32_t nvlink_tx_kib = 138;  ///< data; scope all bits set: all links
inline constexpr std::uint32_t nvlink_rx_kib = 139;
inline constexpr std::uint32_t power_instant_mw = 186;
inline constexpr std::uint32_t nvlink_rx_errors = 208;  ///< of the link in `scope`
inline constexpr std::uint32_t recovery_action = 230;
inline constexpr std::uint32_t sw_thermal_ns = 269;
inline constexpr std::uint32_t hw_thermal_ns = 270;
inline constexpr std::uint32_t power_brake_ns = 271;
}  // namespace field_id

inline constexpr std::uint32_t most_links = 36;  ///< nvml.h of NVML 13; B200 has 18

}  // namespace llmgw::gpu::nvml
