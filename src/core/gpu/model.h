#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/gpu/fact.h"
#include "core/gpu/fields.h"

namespace llmgw::gpu {

/// A process that has memory on a GPU.
struct Process {
  std::int64_t pid = 0;
  std::string type;  ///< `compute`, `graphics`, `mps`, or several joined by +
  Figure mem_b;      ///< bytes on this GPU
  Figure sm;         ///< percent of its processors' time
  Text name;         ///< the program
  Text user;
  Text container;  ///< its id, or `none`
  Text mig;        ///< the MIG device it runs on: GPU instance and compute instance, `1/0`
  Text server;     ///< the profile or model of the configuration that it serves
  Text model;      ///< what that server serves
  Figure kv;       ///< percent of the server's KV cache in use
  Figure running;  ///< requests that the server works on
};

/// A part of a GPU that is used like a GPU of its own.
struct MigDevice {
  Text uuid;
  Text name;  ///< `1g.23gb`
  Figure gpu_instance;
  Figure compute_instance;
  Figure mem_total_b;
  Figure mem_used_b;
};

/// How far a GPU answers.
enum class Presence : std::uint8_t {
  ok,
  lost,            ///< fell off the bus
  reset_required,  ///< answers nothing until it is reset
  silent,          ///< is listed but cannot be opened; `trouble` says why
};

/// One GPU as one source tells of it. Whatever the source does not tell is unknown, with the reason.
struct Gpu {
  std::int64_t index = 0;  ///< in the order of the source: PCI order where NVML or nvidia-smi is asked
  Presence presence = Presence::ok;
  std::string trouble;  ///< a sentence when presence is not ok
  std::array<Figure, field_count> figures;
  std::array<Text, label_count> texts;
  Fact<std::vector<std::string>> throttle;  ///< names of `throttle_reasons()`; empty: runs freely
  Fact<std::vector<MigDevice>> mig;
  Fact<std::vector<Process>> procs;

  Figure& operator[](Field field) { return figures[static_cast<std::size_t>(field)]; }
  const Figure& operator[](Field field) const { return figures[static_cast<std::size_t>(field)]; }
  Text& operator[](Label label) { return texts[static_cast<std::size_t>(label)]; }
  const Text& operator[](Label label) const { return texts[static_cast<std::size_t>(label)]; }
};

/// What one source told of one host at one time.
struct Snapshot {
  std::string host;
  std::string source;         ///< `nvml`, `smi`, `dcgm`, ...
  double taken_s = 0;         ///< seconds since 1970
  std::int64_t taken_ns = 0;  ///< the same on the monotonic clock of this run; 0 in a recording
  Text driver;
  Text cuda;  ///< the newest CUDA that the driver serves
  Text kernel;
  Figure uptime_s;
  Figure host_mem_total_b;
  Figure host_mem_free_b;          ///< what programs can still get, caches included
  std::vector<std::string> notes;  ///< what a reader should know: sentences
  std::vector<Gpu> gpus;
};

/// How much later `b` was taken, in seconds: to the nanosecond within one run, else in whole seconds.
double seconds_between(const Snapshot& a, const Snapshot& b);

}  // namespace llmgw::gpu
