#include <algorithm>
#include <array>

#include "core/dialects/dialect.h"

namespace llmgw::dialect {
namespace registry {

constexpr std::array<const Dialect*, 2> rows{
    &openai_chat,         // what most servers speak; listed first
    &anthropic_messages,  // Anthropic, and the agents built for it
};

}  // namespace registry

std::span<const Dialect* const> dialects() { return registry::rows; }

const Dialect* find_dialect(std::string_view name) {
  const auto found = std::ranges::find(registry::rows, name, [](const Dialect* row) { return row->name; });
  return found == registry::rows.end() ? nullptr : *found;
}

}  // namespace llmgw::dialect
