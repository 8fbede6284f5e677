#include "proxy/pipeline/applied.h"

#include <algorithm>

namespace llmgw::proxy {

void Applied::add(std::string_view name, std::string_view value) {
  std::string visible(value);
  std::ranges::replace_if(
      visible, [](char c) { return c <= ' ' || c >= 0x7f || c == ','; }, '_');
  const auto known = std::ranges::find(entries_, name, &Entry::name);
  if (known != entries_.end()) {
    known->value = std::move(visible);
  } else {
    entries_.push_back({std::string(name), std::move(visible)});
  }
}

std::string Applied::text() const {
  std::string out;
  for (const auto& [name, value] : entries_) {
    if (!out.empty()) out += ", ";
    out += name;
    out += '=';
    out += value;
  }
  return out;
}

}  // namespace llmgw::proxy
