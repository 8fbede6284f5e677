#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/policies/policy.h"

namespace llmgw::proxy {

/// A model name as the suffix rule reads it: `qwen-nonthinking` is `qwen` without reasoning.
struct SuffixedName {
  std::string_view base;
  bool reasoning_off = false;
};
/// Splits `-nonthinking` or `-nonthink` off a name, in any letter case.
SuffixedName split_suffix(std::string_view name);

/// Maps the names that clients ask for to the names that are served. Agents ask for model names of their vendor
/// (`claude-*`), titles and summaries often for a small one; all of them have to land on what is there.
class Alias final : public Policy {
 public:
  explicit Alias(const config::Alias& alias);
  Result<> on_request(Exchange& exchange) const override;
  /// The name to serve for a requested name (without suffix), in this order: the map; the canonical name itself;
  /// then, without letter case, everything (`rewrite_all`), the canonical name, `claude-*`, the sources.
  [[nodiscard]] std::string_view resolve(std::string_view name) const;

 private:
  std::map<std::string, std::string> map_;  ///< lower-case name -> target
  std::string canonical_;
  std::vector<std::string> sources_;  ///< lower case
  bool rewrite_all_ = false;
  bool claude_prefix_ = true;
};

}  // namespace llmgw::proxy
