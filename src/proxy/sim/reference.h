#pragma once

#include <string>

namespace llmgw::sim {

/// The reference page of the simulator, as Markdown; its table comes from the list of settings.
std::string reference_page();

}  // namespace llmgw::sim
