#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace llmgw::cli {

/// A variable that llmgw reads.
struct EnvironmentVariable {
  std::string name;
  std::string says;
};

/// Every variable: those behind options (from the options' own tables), then those with a meaning of their own.
std::vector<EnvironmentVariable> environment_variables();

}  // namespace llmgw::cli
