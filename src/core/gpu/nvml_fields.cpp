#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string>

#include "core/gpu/nvml_device.h"

namespace llmgw::gpu::nvml {
namespace nvml_fields {

/// One field id and the figure it fills.
struct Asked {
  std::uint32_t id;
  Field field;
  double scale;
};

constexpr std::array asked{
    Asked{field_id::memory_temp, Field::temp_mem, 1},
    Asked{field_id::sw_thermal_ns, Field::slow_sw_thermal, 1},
    Asked{field_id::hw_thermal_ns, Field::slow_hw_thermal, 1},
    Asked{field_id::power_brake_ns, Field::slow_brake, 1},
};

// nvml.h, NVML_FI_DEV_GET_GPU_RECOVERY_ACTION.
constexpr std::array<std::string_view, 6> actions{"none",      "reset",           "reboot",
                                                  "drain P2P", "drain and reset", "recover IMEX"};

FieldValue question(std::uint32_t id, std::uint32_t scope = 0) {
  FieldValue value{};
  value.field = id;
  value.scope = scope;
  return value;
}

/// The errors of all links together.
Figure link_errors(const Api& api, Device device, unsigned links, Watch& watch) {
  std::array<FieldValue, most_links> values{};
  for (unsigned link = 0; link < links; ++link) values[link] = question(field_id::nvlink_rx_errors, link);
  const auto code = watch(ask(api.field_values, device, static_cast<int>(links), values.data()));
  if (code != success) return Figure::unknown(reason_of(code));
  double sum = 0;
  for (unsigned link = 0; link < links; ++link) {
    if (const auto inner = watch(values[link].code); inner != success) return Figure::unknown(reason_of(inner));
    const auto amount = number(values[link]);
    if (!amount) return Figure::unknown("the driver's answer has an unknown type");
    sum += *amount;
  }
  return sum;
}

Figure over_all(const Api& api, Device device, std::uint32_t id, Watch& watch) {
  constexpr double kib = 1024;
  auto value = question(id, ~0U);
  auto code = watch(ask(api.field_values, device, 1, &value));
  if (code == success) code = watch(value.code);
  if (code != success) return Figure::unknown(reason_of(code));
  const auto amount = number(value);
  if (!amount) return Figure::unknown("the driver's answer has an unknown type");
  return *amount * kib;
}

}  // namespace nvml_fields

std::optional<double> number(const FieldValue& value) {
  switch (value.type) {
    case 0: return std::isfinite(value.value.as_double) ? std::optional(value.value.as_double) : std::nullopt;
    case 1: return value.value.as_uint;
    case 2:
    case 3: return static_cast<double>(value.value.as_ulong);
    case 4: return static_cast<double>(value.value.as_long);
    case 5: return value.value.as_int;
    case 6: return value.value.as_ushort;
    default: return std::nullopt;
  }
}

void read_field_values(const Api& api, Device device, Gpu& gpu, Watch& watch) {
  using nvml_fields::asked;
  std::array<FieldValue, asked.size() + 1> values{};
  for (std::size_t i = 0; i < asked.size(); ++i) values[i] = nvml_fields::question(asked[i].id);
  values.back() = nvml_fields::question(field_id::recovery_action);
  const auto all = watch(ask(api.field_values, device, static_cast<int>(values.size()), values.data()));
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto code = all != success ? all : watch(values[i].code);
    const auto amount = code == success ? number(values[i]) : std::nullopt;
    gpu[asked[i].field] = amount            ? Figure(*amount * asked[i].scale)
                          : code == success ? Figure::unknown("the driver's answer has an unknown type")
                                            : Figure::unknown(reason_of(code));
  }
  const auto code = all != success ? all : watch(values.back().code);
  const auto action = code == success ? number(values.back()) : std::nullopt;
  if (!action) {
    gpu[Label::recovery] = Text::unknown(code == success ? "the driver's answer has an unknown type" : reason_of(code));
    return;
  }
  const auto place = static_cast<std::size_t>(*action);
  gpu[Label::recovery] =
      place < nvml_fields::actions.size() ? std::string(nvml_fields::actions[place]) : fmt::format("action {}", place);
}

void read_nvlink(const Api& api, Device device, Gpu& gpu, Watch& watch) {
  unsigned links = 0;
  unsigned up = 0;
  Return last = success;
  for (; links < most_links; ++links) {
    unsigned active = 0;
    last = watch(ask(api.nvlink_state, device, links, &active));
    if (last != success) break;
    up += active != 0 ? 1 : 0;
  }
  // A link that does not exist is refused (2) or not supported (3): the count is known then. A GPU without NVLink
  // answers so for link 0.
  constexpr Return invalid_argument = 2;
  const bool counted = last == success || last == invalid_argument || (last == not_supported && links > 0);
  gpu[Field::nvlink_links] = counted ? Figure(links) : Figure::unknown(reason_of(last));
  gpu[Field::nvlink_up] = counted ? Figure(up) : Figure::unknown(reason_of(last));
  for (const auto field : {Field::nvlink_tx, Field::nvlink_rx, Field::nvlink_errors}) {
    gpu[field] = Figure::unknown(!counted     ? reason_of(last)
                                 : links == 0 ? std::string("no NVLink")
                                              : std::string("only read with --nvlink"));
  }
}

void read_nvlink_traffic(const Api& api, Device device, Gpu& gpu, Watch& watch) {
  const auto links = static_cast<unsigned>(gpu[Field::nvlink_links].value_or(0));
  if (links == 0) return;
  gpu[Field::nvlink_tx] = nvml_fields::over_all(api, device, field_id::nvlink_tx_kib, watch);
  gpu[Field::nvlink_rx] = nvml_fields::over_all(api, device, field_id::nvlink_rx_kib, watch);
  gpu[Field::nvlink_errors] = nvml_fields::link_errors(api, device, links, watch);
}

}  // namespace llmgw::gpu::nvml
