#pragma once

#include <string_view>

#include "core/config/keys.h"

namespace llmgw::config {

/// Fresh structs of every section, to read the defaults from.
class Defaults {
 public:
  /// The struct of a section as an empty table would leave it.
  void* object(std::string_view section) {
    const auto* row = find_section(section);
    if (row == nullptr) return &config_;
    return row->make(object(row->parent), "NAME");
  }

 private:
  Config config_;
};

}  // namespace llmgw::config
