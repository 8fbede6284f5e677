#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/gpu/model.h"

/// nvidia-smi as a source: what to ask it, and how to read its answers. Its manual page says that its output is not
/// kept compatible, and one unknown field makes it refuse the whole question; so there are tiers of fields, to be tried
/// in order until one is accepted.
namespace llmgw::gpu::smi {

/// One set of fields, by the drivers that know them.
struct Tier {
  std::string_view name;  ///< `current`, `since 535`, `before 535`, `any`
  std::span<const std::string_view> fields;
};
std::span<const Tier> tiers();

/// The arguments behind `nvidia-smi` for one tier.
std::vector<std::string> query(const Tier& tier);
/// The arguments that ask for the processes.
std::vector<std::string> process_query();

/// The arguments that ask for versions.
std::vector<std::string> version_query();

/// What one run of the program brought.
struct Answer {
  int exit = 0;
  std::string out;
  std::string err;
};

/// True when the answer refuses a field, so that the next tier is worth a try.
bool refuses_field(const Answer& answer);

/// Reads the answer to `query(tier)`. `not_found` error, with what to do in `param`, when the program could not talk to
/// the driver or the answer is not what was asked for.
Result<Snapshot> read(const Tier& tier, const Answer& answer);

/// Adds what the answer to `version_query()` says of CUDA.
void add_version(const Answer& answer, Snapshot& snapshot);

/// Adds the answer to `process_query()` to the GPUs, by UUID.
void add_processes(const Answer& answer, Snapshot& snapshot);

}  // namespace llmgw::gpu::smi
