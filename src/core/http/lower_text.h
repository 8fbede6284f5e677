#pragma once

#include <string>
#include <string_view>

#include "core/http/characters.h"

namespace llmgw::http {

/// The text with its ASCII letters in lower case; other bytes stay.
inline std::string lower_text(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = characters::lower(c);
  return out;
}

}  // namespace llmgw::http
