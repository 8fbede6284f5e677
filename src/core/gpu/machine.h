#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/base/env.h"
#include "core/base/error.h"
#include "core/gpu/host_texts.h"
#include "core/gpu/nvml_api.h"
#include "core/gpu/smi.h"

namespace llmgw::gpu {

/// What reading GPUs touches of a machine. Tests make one up.
class Machine {
 public:
  virtual ~Machine() = default;
  /// Loads NVML's library; see `nvml::load`.
  virtual Result<std::unique_ptr<nvml::Symbols>> nvml() = 0;
  /// /proc, /sys and the list of users.
  virtual Files files() = 0;
  /// Runs a program, found on PATH, without a shell; its standard input is empty. At most 4 MiB of each output are
  /// kept. `not_found` error when it is not there, `timeout` when it took longer and was killed, `cancelled` when
  /// it was given up.
  virtual Result<smi::Answer> run(const std::vector<std::string>& words, std::chrono::milliseconds limit) = 0;
  /// What came to the kernel's log, as /dev/kmsg has it, since the call before; `permission` error if it is closed to
  /// us.
  virtual Result<std::string> kernel_log() = 0;
  /// While on, programs that run are killed with all that they began, and no other begins. From any thread.
  virtual void give_up(bool on) = 0;
};

/// This machine.
std::unique_ptr<Machine> system_machine(const Env& env);

}  // namespace llmgw::gpu
