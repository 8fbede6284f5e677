#pragma once

#include <string>
#include <string_view>

namespace llmgw::cli {

/// Appends what a terminal sent later. An ESC that was alone and that no sequence goes on from was the key of that
/// name: it is left out, and takes no other key with it.
void add_bytes(std::string& bytes, std::string_view read);

}  // namespace llmgw::cli
