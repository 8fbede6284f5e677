#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands/gpu/options.h"
#include "cli/context.h"
#include "core/gpu/local_reader.h"
#include "core/gpu/machine.h"
#include "core/net/foreground.h"

namespace llmgw::cli::gpu_command {

/// What all sources told at one time, and why some did not.
struct Reading {
  std::vector<gpu::Snapshot> hosts;
  std::vector<Error> failures;  ///< what to do is in `param`, where something is known
  bool cancelled = false;       ///< nothing of it counts
};

/// The sources of a command line. Keep it for several readings: NVML and recordings stay open.
class Sources {
 public:
  enum class Replay { last, from_start };
  /// Reads recordings; `usage` errors for a source that is none. `replay` says which reading of a recording comes
  /// first.
  static Step<std::unique_ptr<Sources>> open(Context& context, Wanted wanted, Replay replay);

  /// Asks every source; hosts that several of them tell of appear once for each. Drivers and programs are asked on
  /// threads that end with the reading; one reading at a time.
  net::Task<Reading> read(net::ClientRoom& room);
  /// True when there is nothing behind the reading that comes next: all sources are recordings, and over.
  [[nodiscard]] bool over() const;
  /// True when readings may have one host several times.
  [[nodiscard]] bool several() const { return wanted_.sources.size() > 1; }
  /// For what only this machine's NVML tells.
  gpu::LocalReader& local() { return local_; }
  gpu::Machine& machine() { return *machine_; }

 private:
  Sources(Context& context, Wanted wanted);
  Result<gpu::Snapshot> read_local(const std::string& word);
  net::Task<Result<std::vector<gpu::Snapshot>>> read_page(net::ClientRoom& room, const std::string& url);
  Result<gpu::Snapshot> read_host(const std::string& name);
  /// What drivers and programs tell, by the place of the source.
  using Told = std::map<std::size_t, Result<gpu::Snapshot>>;
  Told ask_machines();
  /// The same without keeping this thread waiting; false when it was cancelled.
  net::Task<bool> ask_apart(net::ClientRoom& room, Told& told);
  void read_recording(const std::string& path, Reading& reading);
  void filter(Reading& reading) const;

  using Frame = std::vector<gpu::Snapshot>;
  struct Recording {
    std::vector<Frame> frames;
    std::size_t next = 0;
  };
  static Step<Recording> open_recording(const std::string& path);

  Context& context_;
  Wanted wanted_;
  std::unique_ptr<gpu::Machine> machine_;
  gpu::LocalReader local_;
  std::map<std::string, Recording> recordings_;
};

/// Nothing told of a GPU: what each source said.
std::unexpected<Failure> no_source(const Reading& reading);

/// Tells on standard error which of several sources failed.
void tell_failures(Context& context, const Reading& reading);

}  // namespace llmgw::cli::gpu_command
