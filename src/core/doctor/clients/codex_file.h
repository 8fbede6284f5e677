#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/doctor/facts.h"

namespace llmgw::doctor {

/// What matters in Codex's config.toml (developers.openai.com/codex, "Configuration reference").
struct CodexFile {
  std::string provider = "openai";  ///< `model_provider`
  std::string openai_base_url;      ///< moves the built-in provider
  bool has_table = false;           ///< `[model_providers.PROVIDER]` is there
  std::string base_url;
  std::string wire_api;
  std::string env_key;
  Secret bearer;                        ///< `experimental_bearer_token`
  std::vector<std::string> overridden;  ///< tables named like built-in providers
};

/// Reads the file; `config` error with line and column when it is no TOML. A file that is not there reads as empty.
Result<CodexFile> read_codex_file(const File& file);

}  // namespace llmgw::doctor
