#pragma once

#include <utility>

#include "core/gpu/model.h"
#include "core/gpu/nvml_api.h"
#include "core/gpu/return_codes.h"

/// The parts of a device's reading; `Session` puts them together.
namespace llmgw::gpu::nvml {

/// Remembers the first answer that says that the device itself is gone, whatever was asked.
class Watch {
 public:
  explicit Watch(Gpu& gpu) : gpu_(gpu) {}
  Return operator()(Return code);

 private:
  Gpu& gpu_;
};

/// A figure that one call brings, in our unit, of which `per` of the library's make one; or why there is none. The
/// value is divided, since 691930 mW are 691.93 W and 691930 * 0.001 is another number.
template <class T, class... Parameters, class... Arguments>
Figure figure(Watch& watch, double per, Return (*function)(Parameters...), Arguments... arguments) {
  T value{};
  const Return code = watch(ask(function, arguments..., &value));
  if (code != success) return Figure::unknown(reason_of(code));
  return static_cast<double>(value) / per;
}

/// A text that one call brings.
Text text(Watch& watch, Return (*function)(Device, char*, unsigned), Device device);

void read_names(const Api& api, Device device, Gpu& gpu, Watch& watch);
void read_memory(const Api& api, Device device, Gpu& gpu, Watch& watch);
void read_load(const Api& api, Device device, Gpu& gpu, Watch& watch);
void read_power(const Api& api, Device device, Gpu& gpu, Watch& watch);
void read_errors(const Api& api, Device device, Gpu& gpu, Watch& watch);
void read_pcie(const Api& api, Device device, Gpu& gpu, Watch& watch);
void read_pcie_traffic(const Api& api, Device device, Gpu& gpu, Watch& watch);
void read_nvlink(const Api& api, Device device, Gpu& gpu, Watch& watch);
/// After `read_nvlink`.
void read_nvlink_traffic(const Api& api, Device device, Gpu& gpu, Watch& watch);
void read_field_values(const Api& api, Device device, Gpu& gpu, Watch& watch);
void read_mig(const Api& api, Device device, Gpu& gpu, Watch& watch);
void read_processes(const Api& api, Device device, Gpu& gpu, Watch& watch);

/// A field value as a number; nullopt for a type that the header does not list.
std::optional<double> number(const FieldValue& value);

}  // namespace llmgw::gpu::nvml
