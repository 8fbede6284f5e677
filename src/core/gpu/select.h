#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/gpu/model.h"

namespace llmgw::gpu {

/// Keeps the GPUs that the words name, in the order of the words: an index, a UUID or its beginning (`GPU-`, `MIG-`),
/// or several separated by commas. `not_found` error for a word that names none, with the list of those there are.
Result<> keep_named(const std::vector<std::string>& words, Snapshot& snapshot);

/// Keeps what CUDA programs would see with this value of CUDA_VISIBLE_DEVICES: indexes or beginnings of UUIDs up to the
/// first that names nothing (CUDA C++ Programming Guide, "CUDA Environment Variables").
void keep_visible(std::string_view variable, Snapshot& snapshot);

/// Keeps the processes of one user, by name.
void keep_user(std::string_view user, Snapshot& snapshot);

/// What a job needs.
struct Need {
  std::size_t count = 1;
  double free_b = 0;
  double most_util = 100;  ///< percent; 100: whatever
};

/// A GPU, or a part of one, that meets a need.
struct Candidate {
  std::int64_t index = 0;  ///< of the GPU
  std::string uuid;        ///< of the GPU or the MIG device
  std::string name;
  double free_b = 0;
  Figure util;  ///< percent
};

/// The emptiest GPUs that meet the need, most free memory first, then the least used. A divided GPU offers its MIG
/// devices. A figure that is needed and unknown rules a GPU out. `not_found` error that says for each why not.
Result<std::vector<Candidate>> pick(const Snapshot& snapshot, const Need& need);

}  // namespace llmgw::gpu
