#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "core/metrics/exposition.h"

namespace llmgw::metrics {

/// How a counter grew between two pages of one server.
struct Increase {
  std::optional<double> by;  ///< summed over the series; nullopt when it is not known
  bool restarted = false;    ///< the server began anew in between: nothing can be said about the time before
};

/// True when both pages tell when their process began, and it is not the same moment.
bool process_changed(const Exposition& before, const Exposition& after);

/// The increase of the counter `name` in the series that match. A series that is new in `after` counts from 0; one that
/// is gone, or has a smaller value, means a restart.
Increase increase(const Exposition& before, const Exposition& after, std::string_view name,
                  std::initializer_list<Label> where = {});

}  // namespace llmgw::metrics
