#include "proxy/policies/alias/alias.h"

#include <algorithm>
#include <array>

namespace llmgw::proxy {
namespace alias_policy {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

constexpr std::array<std::string_view, 2> suffixes{"-nonthinking", "-nonthink"};

}  // namespace alias_policy

SuffixedName split_suffix(std::string_view name) {
  const auto folded = alias_policy::lower(name);
  for (const auto suffix : alias_policy::suffixes) {
    if (folded.size() > suffix.size() && folded.ends_with(suffix)) {
      return {name.substr(0, name.size() - suffix.size()), true};
    }
  }
  return {name, false};
}

Alias::Alias(const config::Alias& alias)
    : canonical_(alias.model), rewrite_all_(alias.rewrite_all), claude_prefix_(alias.claude_prefix) {
  for (const auto& [from, to] : alias.map) map_[alias_policy::lower(from)] = to;
  for (const auto& source : alias.sources) sources_.push_back(alias_policy::lower(source));
}

std::string_view Alias::resolve(std::string_view name) const {
  const auto folded = alias_policy::lower(name);
  if (const auto mapped = map_.find(folded); mapped != map_.end()) return mapped->second;
  if (canonical_.empty() || name.empty() || name == canonical_) return name;
  const bool rewrite = rewrite_all_ || folded == alias_policy::lower(canonical_) ||
                       (claude_prefix_ && folded.starts_with("claude-")) ||
                       std::ranges::find(sources_, folded) != sources_.end();
  return rewrite ? std::string_view(canonical_) : name;
}

Result<> Alias::on_request(Exchange& exchange) const {
  // A configured name that happens to end in the suffix is that model, not a wish.
  const bool configured = exchange.snapshot->by_name.contains(exchange.target);
  const auto [base, reasoning_off] = configured ? SuffixedName{exchange.target, false} : split_suffix(exchange.target);
  std::string target(resolve(base));
  if (target != base) exchange.applied.add("alias", target);
  if (reasoning_off) {
    exchange.changes.reasoning_off = true;
    exchange.applied.add("reasoning", "off");
  }
  exchange.target = std::move(target);
  return {};
}

}  // namespace llmgw::proxy
