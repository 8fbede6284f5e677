#pragma once

#include <string>
#include <vector>

#include "core/config/config.h"

namespace llmgw::config {

/// One key with the value in effect and where it comes from.
struct Setting {
  std::string section;  ///< as its header is written: `server`, `profiles.dev`, `model[0].params`
  std::string header;   ///< the TOML header of that section: `[server]`, `[[model]]`; empty at the top
  std::string name;
  std::string value;   ///< TOML; secrets are `"(redacted)"`; empty: not set
  std::string origin;  ///< `llmgw.toml:3:1`, `default`, or `not set`
};

/// Every key of a configuration in the order of the reference page. References to variables are shown as written.
std::vector<Setting> explain(const Loaded& loaded);

/// The settings as TOML with the origins as comments.
std::string explain_text(const std::vector<Setting>& settings);

/// The JSON Schema (2020-12) of the configuration file, as JSON text on several lines.
std::string json_schema();

/// The reference page of the configuration file, as Markdown.
std::string reference_page();

}  // namespace llmgw::config
