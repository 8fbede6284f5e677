#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/health/runner.h"
#include "core/health/standing.h"
#include "proxy/health/due.h"
#include "proxy/snapshot.h"

namespace llmgw::proxy {

/// One server behind the gateway, and what is known of it. Rows of `[[model]]` that lead to the same place with the
/// same credential share one: it is asked once for all of them.
struct Backend {
  Backend(health::Target where, health::RunOptions how, Due when)
      : target(std::move(where)), options(std::move(how)), due(when) {}

  /// Requests of this label go there.
  [[nodiscard]] bool has_label(std::string_view label) const;

  std::vector<std::string> labels;  ///< of the upstreams, as logs and requests name them
  std::vector<std::string> models;  ///< public names that lead here; `*` takes any
  health::Target target;
  health::RunOptions options;
  Due due;
  health::Standing standing;
  const health::Kind* found = nullptr;  ///< what it turned out to be
  bool asking = false;                  ///< a question is under way
  bool suspected = false;               ///< a request has failed meanwhile
};

/// The servers of a configuration, in its order, not asked yet. Their names are unique.
std::vector<std::shared_ptr<Backend>> find_backends(const Snapshot& snapshot);
/// True when both are the same server, asked in the same way.
bool same_server(const Backend& a, const Backend& b);

}  // namespace llmgw::proxy
