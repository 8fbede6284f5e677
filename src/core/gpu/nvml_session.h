#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/gpu/model.h"
#include "core/gpu/nvml_api.h"
#include "core/gpu/topology.h"

namespace llmgw::gpu::nvml {

/// What is read beside the usual.
struct Wishes {
  bool pcie = false;    ///< PCIe throughput: the library measures for 20 ms a call
  bool nvlink = false;  ///< bytes and errors of each NVLink
};

/// NVML between init and shutdown. Keep it: without persistence mode the driver's start takes seconds each time.
class Session {
 public:
  /// Starts the library. `not_found` error when that fails, with what to do in `param`.
  static Result<Session> open(std::unique_ptr<Symbols> symbols);
  ~Session();
  Session(Session&& other) noexcept;
  Session& operator=(Session&&) = delete;

  /// Reads every GPU. A GPU that does not answer is in the list with its trouble. `not_found` error when the GPUs
  /// cannot even be counted.
  [[nodiscard]] Result<Snapshot> read(const Wishes& wishes) const;

  /// The ways between all pairs of GPUs, `from` before `to`.
  [[nodiscard]] std::vector<Link> links() const;

 private:
  Session(std::unique_ptr<Symbols> symbols, const Api& api) : symbols_(std::move(symbols)), api_(api) {}
  std::unique_ptr<Symbols> symbols_;  ///< keeps the library loaded; null once moved from
  Api api_;
};

}  // namespace llmgw::gpu::nvml
