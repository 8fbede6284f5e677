#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace llmgw::cli {

/// A manual page in roff's man macros.
struct ManPage {
  std::string file;  ///< `llmgw-ask.1`
  std::string text;
};

/// llmgw.toml(5), from the list of configuration keys.
ManPage configuration_page();

/// All pages: llmgw(1), one for each command in the order of the overview, and llmgw.toml(5).
std::vector<ManPage> man_pages();

/// The page of a command (`ask`), a page name (`llmgw-ask`, `llmgw.toml`) or a file name; nullptr when there is none.
const ManPage* find_man_page(const std::vector<ManPage>& pages, std::string_view name);

}  // namespace llmgw::cli
