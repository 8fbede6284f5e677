#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/env.h"
#include "core/base/error.h"

namespace llmgw::config {

/// A text whose references to environment variables were resolved.
struct Resolved {
  std::string text;
  bool changed = false;              ///< it held references
  std::vector<std::string> missing;  ///< variables that are not set, or empty
};

/// Resolves `${NAME}` and `os.environ/NAME` anywhere in a text; `$${` is a literal `${`. The error says what is
/// malformed. A text with missing variables has them replaced by nothing.
Result<Resolved> resolve_references(std::string_view text, const Env& env);

}  // namespace llmgw::config
