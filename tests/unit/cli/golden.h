#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/files.h"

/// Compares a text with a file of the source tree; LLMGW_UPDATE_GOLDEN=1 writes the file instead.
inline void check_golden(const std::string& path, std::string_view text) {
  const auto file = std::string(LLMGW_SOURCE_DIR) + "/" + path;
  if (std::getenv("LLMGW_UPDATE_GOLDEN") != nullptr) {
    REQUIRE(llmgw::write_file(file, text, llmgw::FileMode::shared));
    return;
  }
  const auto expected = llmgw::read_file(file);
  INFO("file " << path << "; LLMGW_UPDATE_GOLDEN=1 rewrites it");
  REQUIRE(expected);
  CHECK(text == *expected);
}
