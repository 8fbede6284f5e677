#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/gpu/machine.h"
#include "core/gpu/nvml_session.h"
#include "core/gpu/topology.h"
#include "core/gpu/xid.h"

namespace llmgw::gpu {

/// Reads the GPUs of this machine, or of one that ssh reaches, and what the operating system adds: host, memory that is
/// shared, owners of processes, Xid errors. Keep it for a second reading: NVML stays open.
class LocalReader {
 public:
  LocalReader(Machine& machine, const Clock& clock, const nvml::Wishes& wishes)
      : machine_(machine), clock_(clock), wishes_(wishes) {}

  /// Each error is `not_found` with a reason, and what to do in `param`.
  Result<Snapshot> nvml();
  Result<Snapshot> smi();
  Result<Snapshot> amd();
  /// nvidia-smi of another host. `usage` error for a name with letters that have no place in one.
  Result<Snapshot> ssh(const std::string& host);
  /// The first of NVML, nvidia-smi and AMD's sysfs that has GPUs; the error has the reason of each.
  Result<Snapshot> automatic();

  /// The ways between the GPUs of this machine and to its processors, as NVML and sysfs tell them.
  Result<Topology> nvml_topology();
  /// The same as nvidia-smi tells it, of this machine or of a host behind ssh.
  Result<Topology> smi_topology();
  Result<Topology> ssh_topology(const std::string& host);

 private:
  Result<nvml::Session*> session();
  /// Where nvidia-smi runs: here, or on a host behind ssh.
  struct Place {
    std::vector<std::string> words;  ///< that run it
    std::string host = {};           ///< empty: here
  };
  static Result<Place> behind_ssh(const std::string& host);
  static Place here();
  Result<smi::Answer> ask(const Place& place, std::vector<std::string> words);
  Result<Snapshot> ask_smi(const Place& place);
  Result<Topology> ask_topology(const Place& place);
  void add_log(Snapshot& snapshot);
  Snapshot complete(Snapshot snapshot);

  Machine& machine_;
  const Clock& clock_;
  nvml::Wishes wishes_;
  std::optional<nvml::Session> session_;
  std::optional<smi::Answer> versions_;  ///< of nvidia-smi: they do not change while it is asked
  std::vector<XidMessage> xids_;         ///< the one that counts most of each device
};

}  // namespace llmgw::gpu
