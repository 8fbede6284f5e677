#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/env.h"
#include "core/health/report.h"
#include "core/health/target.h"

namespace llmgw::cli::health_command {

/// What the last run of a target left.
struct Remembered {
  std::map<std::string, health::State> states;  ///< by check
  std::optional<health::Scrape> scrape;
};

/// The last runs of targets, one small file each in the state folder, for thirty days. What is lost costs one more
/// scrape: where files cannot be read or written, nothing is remembered, and nothing is said.
class Memory {
 public:
  explicit Memory(const Env& env);
  [[nodiscard]] std::optional<Remembered> recall(const std::string& name, const std::string& url) const;
  void keep(const std::vector<health::TargetReport>& targets, std::int64_t unix_s) const;

 private:
  [[nodiscard]] std::string file_of(const std::string& name, const std::string& url) const;
  std::string folder_;  ///< empty: there is no place
};

/// Leaves only the checks whose state is not what is remembered, and counts the others. A target that is not
/// remembered stays as it is.
void only_changed(health::TargetReport& target, const std::optional<Remembered>& before);

}  // namespace llmgw::cli::health_command
