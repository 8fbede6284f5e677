#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/http/headers.h"
#include "core/json/view.h"

namespace llmgw::health {

/// The answer to one question, or why there was none.
struct Reply {
  std::optional<Error> error;  ///< no answer came, or no whole one
  int status = 0;              ///< 0 where no head came
  http::Headers headers;
  std::string body;
  double seconds = 0;        ///< from sending to the end of the answer
  std::int64_t unix_s = 0;   ///< the local clock when the answer had come
  std::vector<Error> tries;  ///< failures of earlier tries

  [[nodiscard]] bool ok() const { return !error && status >= 200 && status < 300; }
  /// The body as JSON; a missing view when it is none.
  [[nodiscard]] json::View json() const;
};

}  // namespace llmgw::health
