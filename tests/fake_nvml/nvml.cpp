// A libnvidia-ml.so.1 without a GPU behind it. What it tells is a scenario: lines of `word values...`, from the file
// that LLMGW_FAKE_NVML names or from fake_nvml_scenario(). The first lines speak of the host:
//   driver 550.54.14 | cuda 12040 | init CODE | count CODE
// `gpu` begins a GPU, `mig` a part of the last GPU; then any of the words of `defaults` below, and
//   process TYPE PID BYTES SM [GI CI]
// anywhere, `fail FUNCTION CODE [INDEX]` makes a call answer CODE, for all GPUs or for one.
// With FAKE_NVML_OLD it has the symbols of a driver of 2018 alone.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "core/gpu/nvml_abi.h"

using namespace llmgw::gpu::nvml;

namespace fake_nvml {

struct Proc {
  std::string type;
  unsigned pid = 0;
  unsigned long long bytes = 0;
  unsigned sm = 0, gi = ~0U, ci = ~0U;
};

struct Unit {
  int index = 0;
  std::map<std::string, std::string> words;
  std::vector<Unit> parts;
  std::vector<Proc> procs;
};

struct Failure {
  int code = 0;
  int index = -1;
};

struct World {
  std::map<std::string, std::string> host{{"driver", "550.54.14"}, {"cuda", "12040"}, {"init", "0"}, {"count", "0"}};
  std::vector<Unit> units;
  std::multimap<std::string, Failure, std::less<>> failures;
};

// An NVIDIA L4 at work.
const std::map<std::string, std::string> defaults{
    {"name", "NVIDIA L4"},
    {"serial", "1320922012345"},
    {"arch", "8"},
    {"capability", "8.9"},
    {"total", "24152899584"},
    {"reserved", "469762048"},
    {"used", "1073741824"},
    {"util", "37"},
    {"memutil", "12"},
    {"temp", "58"},
    {"memtemp", ""},
    {"slowdown", "82"},
    {"shutdown", "87"},
    {"margin", "24"},
    {"power", "41250"},
    {"limit", "72000"},
    {"defaultlimit", "72000"},
    {"maxlimit", "72000"},
    {"energy", "123456789"},
    {"sm", "2040"},
    {"smmax", "2040"},
    {"mem", "6251"},
    {"memmax", "6251"},
    {"pstate", "0"},
    {"reasons", "0"},
    {"fan", ""},
    {"gen", "4"},
    {"genmax", "4"},
    {"width", "16"},
    {"widthmax", "16"},
    {"replays", "0"},
    {"pcietx", "1000"},
    {"pcierx", "2000"},
    {"ecc", "0 0"},
    {"remap", "0 0 0 0"},
    {"mig", "0"},
    {"links", "0"},
    {"up", "0"},
    {"linkrx", "0"},
    {"linktx", "0"},
    {"linkerrors", "0"},
    {"recovery", "0"},
    {"slow", "0 0 0"},
    {"persistence", "1"},
    {"addressing", "0"},
    {"gi", "0"},
    {"ci", "0"},
    {"bus", ""},
    {"uuid", ""},
};

World& world() {
  static World current;
  return current;
}

void load(std::istream& in) {
  World next;
  Unit* unit = nullptr;
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream words(line);
    std::string word;
    if (!(words >> word) || word[0] == '#') continue;
    std::string rest;
    if (word == "gpu") {
      next.units.push_back({.index = static_cast<int>(next.units.size()), .words = defaults, .parts = {}, .procs = {}});
      unit = &next.units.back();
    } else if (word == "part") {
      auto& parts = next.units.back().parts;
      parts.push_back({.index = next.units.back().index, .words = defaults, .parts = {}, .procs = {}});
      unit = &parts.back();
    } else if (word == "fail") {
      std::string function;
      Failure failure;
      words >> function >> failure.code;
      if (!(words >> failure.index)) failure.index = -1;
      next.failures.emplace(function, failure);
    } else if (word == "process") {
      Proc proc;
      words >> proc.type >> proc.pid >> proc.bytes >> proc.sm;
      if (!(words >> proc.gi >> proc.ci)) proc.gi = proc.ci = ~0U;
      next.units.back().procs.push_back(proc);
    } else {
      std::getline(words >> std::ws, rest);
      (unit != nullptr ? unit->words : next.host)[word] = rest;
    }
  }
  world() = std::move(next);
}

Unit* unit_of(Device device) { return reinterpret_cast<Unit*>(device); }
Device handle_of(Unit& unit) { return reinterpret_cast<Device>(&unit); }

/// What the scenario lets a call answer.
Return planned(const char* function, const Unit* unit = nullptr) {
  const auto [first, last] = world().failures.equal_range(function);
  for (auto it = first; it != last; ++it) {
    if (it->second.index < 0 || (unit != nullptr && unit->index == it->second.index)) return it->second.code;
  }
  return success;
}

Return text(const std::string& from, char* to, unsigned size) {
  if (from.empty()) return not_supported;
  if (from.size() + 1 > size) return insufficient_size;
  std::memcpy(to, from.c_str(), from.size() + 1);
  return success;
}

unsigned long long number(const Unit& unit, const char* word, std::size_t place = 0) {
  std::istringstream in(unit.words.at(word));
  unsigned long long value = 0;
  for (std::size_t i = 0; i <= place; ++i) in >> value;
  return value;
}

template <class T>
Return give(const char* function, Device device, const char* word, T* to, std::size_t place = 0) {
  const auto& unit = *unit_of(device);
  if (const auto code = planned(function, &unit); code != success) return code;
  if (unit.words.at(word).empty()) return not_supported;
  *to = static_cast<T>(number(unit, word, place));
  return success;
}

Return memory(const char* function, Device device, Memory2& memory) {
  const auto& unit = *unit_of(device);
  if (const auto code = planned(function, &unit); code != success) return code;
  if (unit.words.at("total").empty()) return not_supported;
  memory.total = number(unit, "total");
  memory.reserved = number(unit, "reserved");
  memory.used = number(unit, "used");
  memory.free = memory.total - memory.reserved - memory.used;
  return success;
}

template <class Info>
Return processes(const char* function, Device device, const char* type, unsigned* count, void* to) {
  const auto& unit = *unit_of(device);
  if (const auto code = planned(function, &unit); code != success) return code;
  std::vector<Info> found;
  for (const auto& proc : unit.procs) {
    if (proc.type != type) continue;
    Info info{};
    info.pid = proc.pid;
    info.used_memory = proc.bytes;
    if constexpr (sizeof(Info) == sizeof(ProcessInfo2)) {
      info.gpu_instance = proc.gi;
      info.compute_instance = proc.ci;
    }
    found.push_back(info);
  }
  const bool fits = found.size() <= *count;
  *count = static_cast<unsigned>(found.size());
  if (!fits) return insufficient_size;
  if (!found.empty()) std::memcpy(to, found.data(), found.size() * sizeof(Info));
  return success;
}

Return field_value(const Unit& unit, FieldValue& value) {
  const auto set = [&](int type, unsigned long long number) {
    value.type = type;
    value.value.as_ulong = number;
    return success;
  };
  constexpr int uint_type = 1;
  constexpr int ulong_type = 3;
  switch (value.field) {
    case field_id::memory_temp:
      return unit.words.at("memtemp").empty() ? not_supported : set(uint_type, number(unit, "memtemp"));
    case field_id::nvlink_rx_kib: return set(ulong_type, number(unit, "linkrx"));
    case field_id::nvlink_tx_kib: return set(ulong_type, number(unit, "linktx"));
    case field_id::nvlink_rx_errors: return set(ulong_type, number(unit, "linkerrors"));
    case field_id::recovery_action: return set(uint_type, number(unit, "recovery"));
    case field_id::sw_thermal_ns: return set(ulong_type, number(unit, "slow", 0));
    case field_id::hw_thermal_ns: return set(ulong_type, number(unit, "slow", 1));
    case field_id::power_brake_ns: return set(ulong_type, number(unit, "slow", 2));
    default: return not_supported;
  }
}

}  // namespace fake_nvml

using namespace fake_nvml;

#define FAKE extern "C" __attribute__((visibility("default")))
#define GIVES(function, word, type) \
  FAKE Return function(Device device, type* to) { return give(#function, device, word, to); }
#define TELLS(function, word)                                                                \
  FAKE Return function(Device device, char* to, unsigned size) {                             \
    if (const auto code = planned(#function, unit_of(device)); code != success) return code; \
    return text(unit_of(device)->words.at(word), to, size);                                  \
  }

FAKE void fake_nvml_scenario(const char* text) {
  std::istringstream in(text);
  load(in);
}

namespace fake_nvml {

Return start(const char* function) {
  if (const char* path = std::getenv("LLMGW_FAKE_NVML"); path != nullptr) {
    std::ifstream in(path);
    load(in);
  }
  for (auto& unit : world().units) {
    const auto i = static_cast<unsigned>(unit.index);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "GPU-%08x-1111-2222-3333-444455556666", i);
    if (unit.words["uuid"].empty()) unit.words["uuid"] = text.data();
    std::snprintf(text.data(), text.size(), "00000000:%02X:00.0", i + 0x1b);
    if (unit.words["bus"].empty()) unit.words["bus"] = text.data();
  }
  if (const auto code = planned(function); code != success) return code;
  return std::atoi(world().host["init"].c_str());
}

Return count_units(const char* function, unsigned* count) {
  if (const auto code = planned(function); code != success) return code;
  *count = static_cast<unsigned>(world().units.size());
  return std::atoi(world().host["count"].c_str());
}

Return open_unit(const char* function, unsigned index, Device* device) {
  if (index >= world().units.size()) return 2;
  auto& unit = world().units[index];
  *device = handle_of(unit);
  return planned(function, &unit);
}

}  // namespace fake_nvml

FAKE Return nvmlShutdown() { return success; }
FAKE const char* nvmlErrorString(Return) { return "an error"; }
FAKE Return nvmlSystemGetDriverVersion(char* to, unsigned size) {
  if (const auto code = planned("nvmlSystemGetDriverVersion"); code != success) return code;
  return text(world().host["driver"], to, size);
}
TELLS(nvmlDeviceGetName, "name")
TELLS(nvmlDeviceGetUUID, "uuid")
TELLS(nvmlDeviceGetSerial, "serial")
FAKE Return nvmlDeviceGetMemoryInfo(Device device, Memory* to) {
  Memory2 both{};
  const auto code = memory("nvmlDeviceGetMemoryInfo", device, both);
  *to = {both.total, both.free, both.used + both.reserved};
  return code;
}
FAKE Return nvmlDeviceGetUtilizationRates(Device device, Utilization* to) {
  const auto code = give("nvmlDeviceGetUtilizationRates", device, "util", &to->gpu);
  return code != success ? code : give("nvmlDeviceGetUtilizationRates", device, "memutil", &to->memory);
}
FAKE Return nvmlDeviceGetTemperature(Device device, int, unsigned* to) {
  return give("nvmlDeviceGetTemperature", device, "temp", to);
}
FAKE Return nvmlDeviceGetTemperatureThreshold(Device device, int which, unsigned* to) {
  return give("nvmlDeviceGetTemperatureThreshold", device, which == 0 ? "shutdown" : "slowdown", to);
}
GIVES(nvmlDeviceGetPowerUsage, "power", unsigned)
FAKE Return nvmlDeviceGetClockInfo(Device device, int type, unsigned* to) {
  return give("nvmlDeviceGetClockInfo", device, type == 2 ? "mem" : "sm", to);
}
FAKE Return nvmlDeviceGetMaxClockInfo(Device device, int type, unsigned* to) {
  return give("nvmlDeviceGetMaxClockInfo", device, type == 2 ? "memmax" : "smmax", to);
}
GIVES(nvmlDeviceGetPerformanceState, "pstate", int)
GIVES(nvmlDeviceGetCurrentClocksThrottleReasons, "reasons", unsigned long long)
GIVES(nvmlDeviceGetFanSpeed, "fan", unsigned)
GIVES(nvmlDeviceGetPersistenceMode, "persistence", unsigned)
GIVES(nvmlDeviceGetCurrPcieLinkGeneration, "gen", unsigned)
GIVES(nvmlDeviceGetMaxPcieLinkGeneration, "genmax", unsigned)
GIVES(nvmlDeviceGetCurrPcieLinkWidth, "width", unsigned)
GIVES(nvmlDeviceGetMaxPcieLinkWidth, "widthmax", unsigned)
FAKE Return nvmlDeviceGetTotalEccErrors(Device device, int type, int, unsigned long long* to) {
  return give("nvmlDeviceGetTotalEccErrors", device, "ecc", to, static_cast<std::size_t>(type));
}
FAKE Return nvmlDeviceGetPciInfo_v2(Device device, PciInfo* to) {
  if (const auto code = planned("nvmlDeviceGetPciInfo_v2", unit_of(device)); code != success) return code;
  // The old layout has room for a domain of four digits.
  return text(unit_of(device)->words.at("bus").substr(4), to->bus_id_legacy, sizeof(to->bus_id_legacy));
}
FAKE Return nvmlDeviceGetPowerManagementLimit(Device device, unsigned* to) {
  return give("nvmlDeviceGetPowerManagementLimit", device, "limit", to);
}
#define PROCESSES(name, type, suffix, Info)                                                             \
  FAKE Return nvmlDeviceGet##name##RunningProcesses##suffix(Device device, unsigned* count, void* to) { \
    return processes<Info>("nvmlDeviceGet" #name "RunningProcesses" #suffix, device, type, count, to);  \
  }
PROCESSES(Compute, "compute", , ProcessInfo1)
PROCESSES(Graphics, "graphics", , ProcessInfo1)

#ifdef FAKE_NVML_OLD
FAKE Return nvmlInit() { return start("nvmlInit"); }
FAKE Return nvmlDeviceGetCount(unsigned* count) { return count_units("nvmlDeviceGetCount", count); }
FAKE Return nvmlDeviceGetHandleByIndex(unsigned index, Device* device) {
  return open_unit("nvmlDeviceGetHandleByIndex", index, device);
}
#else
FAKE Return nvmlInit_v2() { return start("nvmlInit_v2"); }
FAKE Return nvmlDeviceGetCount_v2(unsigned* count) { return count_units("nvmlDeviceGetCount_v2", count); }
FAKE Return nvmlDeviceGetHandleByIndex_v2(unsigned index, Device* device) {
  return open_unit("nvmlDeviceGetHandleByIndex_v2", index, device);
}
FAKE Return nvmlSystemGetCudaDriverVersion_v2(int* version) {
  *version = std::atoi(world().host["cuda"].c_str());
  return planned("nvmlSystemGetCudaDriverVersion_v2");
}
FAKE Return nvmlDeviceGetPciInfo_v3(Device device, PciInfo* to) {
  if (const auto code = planned("nvmlDeviceGetPciInfo_v3", unit_of(device)); code != success) return code;
  return text(unit_of(device)->words.at("bus"), to->bus_id, sizeof(to->bus_id));
}
GIVES(nvmlDeviceGetArchitecture, "arch", unsigned)
FAKE Return nvmlDeviceGetCudaComputeCapability(Device device, int* major, int* minor) {
  if (const auto code = planned("nvmlDeviceGetCudaComputeCapability", unit_of(device)); code != success) return code;
  return std::sscanf(unit_of(device)->words.at("capability").c_str(), "%d.%d", major, minor) == 2 ? success
                                                                                                  : not_supported;
}
FAKE Return nvmlDeviceGetMemoryInfo_v2(Device device, Memory2* to) {
  if (to->version != version_word<Memory2>(2)) return version_mismatch;
  return memory("nvmlDeviceGetMemoryInfo_v2", device, *to);
}
FAKE Return nvmlDeviceGetTemperatureV(Device device, Temperature* to) {
  if (to->version != version_word<Temperature>(1)) return version_mismatch;
  return give("nvmlDeviceGetTemperatureV", device, "temp", &to->celsius);
}
FAKE Return nvmlDeviceGetMarginTemperature(Device device, MarginTemperature* to) {
  if (to->version != version_word<MarginTemperature>(1)) return version_mismatch;
  return give("nvmlDeviceGetMarginTemperature", device, "margin", &to->celsius);
}
FAKE Return nvmlDeviceGetAddressingMode(Device device, AddressingMode* to) {
  if (to->version != version_word<AddressingMode>(1)) return version_mismatch;
  return give("nvmlDeviceGetAddressingMode", device, "addressing", &to->value);
}
FAKE Return nvmlDeviceGetEnforcedPowerLimit(Device device, unsigned* to) {
  return give("nvmlDeviceGetEnforcedPowerLimit", device, "limit", to);
}
FAKE Return nvmlDeviceGetPowerManagementLimitConstraints(Device device, unsigned* least, unsigned* most) {
  *least = 0;
  return give("nvmlDeviceGetPowerManagementLimitConstraints", device, "maxlimit", most);
}
GIVES(nvmlDeviceGetPowerManagementDefaultLimit, "defaultlimit", unsigned)
GIVES(nvmlDeviceGetTotalEnergyConsumption, "energy", unsigned long long)
GIVES(nvmlDeviceGetCurrentClocksEventReasons, "reasons", unsigned long long)
GIVES(nvmlDeviceGetPcieReplayCounter, "replays", unsigned)
FAKE Return nvmlDeviceGetPcieThroughput(Device device, int which, unsigned* to) {
  return give("nvmlDeviceGetPcieThroughput", device, which == 0 ? "pcietx" : "pcierx", to);
}
FAKE Return nvmlDeviceGetRemappedRows(Device device, unsigned* a, unsigned* b, unsigned* c, unsigned* d) {
  for (std::size_t i = 0; i < 4; ++i) {
    const auto code = give("nvmlDeviceGetRemappedRows", device, "remap", std::array{a, b, c, d}.at(i), i);
    if (code != success) return code;
  }
  return success;
}
FAKE Return nvmlDeviceGetMigMode(Device device, unsigned* now, unsigned* pending) {
  *pending = 0;
  return give("nvmlDeviceGetMigMode", device, "mig", now);
}
FAKE Return nvmlDeviceGetMaxMigDeviceCount(Device device, unsigned* count) {
  *count = 7;
  return planned("nvmlDeviceGetMaxMigDeviceCount", unit_of(device));
}
FAKE Return nvmlDeviceGetMigDeviceHandleByIndex(Device device, unsigned index, Device* part) {
  auto& unit = *unit_of(device);
  if (index >= unit.parts.size()) return 6;
  *part = handle_of(unit.parts[index]);
  return planned("nvmlDeviceGetMigDeviceHandleByIndex", &unit);
}
GIVES(nvmlDeviceGetGpuInstanceId, "gi", unsigned)
GIVES(nvmlDeviceGetComputeInstanceId, "ci", unsigned)
FAKE Return nvmlDeviceGetNvLinkState(Device device, unsigned link, unsigned* active) {
  const auto& unit = *unit_of(device);
  if (const auto code = planned("nvmlDeviceGetNvLinkState", &unit); code != success) return code;
  if (number(unit, "links") == 0) return not_supported;
  if (link >= number(unit, "links")) return 2;
  *active = link < number(unit, "up") ? 1 : 0;
  return success;
}
FAKE Return nvmlDeviceGetFieldValues(Device device, int count, FieldValue* values) {
  const auto& unit = *unit_of(device);
  if (const auto code = planned("nvmlDeviceGetFieldValues", &unit); code != success) return code;
  for (int i = 0; i < count; ++i) values[i].code = field_value(unit, values[i]);
  return success;
}
PROCESSES(Compute, "compute", _v2, ProcessInfo2)
PROCESSES(Compute, "compute", _v3, ProcessInfo2)
PROCESSES(Graphics, "graphics", _v2, ProcessInfo2)
PROCESSES(Graphics, "graphics", _v3, ProcessInfo2)
PROCESSES(MPSCompute, "mps", _v2, ProcessInfo2)
PROCESSES(MPSCompute, "mps", _v3, ProcessInfo2)
FAKE Return nvmlDeviceGetProcessUtilization(Device device, ProcessSample* to, unsigned* count, unsigned long long) {
  const auto& unit = *unit_of(device);
  if (const auto code = planned("nvmlDeviceGetProcessUtilization", &unit); code != success) return code;
  unsigned given = 0;
  for (const auto& proc : unit.procs) {
    if (given == *count) return insufficient_size;
    to[given++] = {.pid = proc.pid, .timestamp = given, .sm = proc.sm, .memory = 0, .encoder = 0, .decoder = 0};
  }
  *count = given;
  return success;
}
FAKE Return nvmlDeviceGetTopologyCommonAncestor(Device, Device, int* level) {
  *level = 50;
  return planned("nvmlDeviceGetTopologyCommonAncestor");
}
FAKE Return nvmlDeviceGetP2PStatus(Device from, Device, int, int* status) {
  *status = number(*unit_of(from), "up") > 0 ? 0 : 1;
  return planned("nvmlDeviceGetP2PStatus");
}
#endif
