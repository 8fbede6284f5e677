#include "core/config/references.h"

#include <algorithm>
#include <cstddef>

namespace llmgw::config {
namespace references {

constexpr std::string_view prefix = "os.environ/";

bool name_char(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view leading_name(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, name_char);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

bool valid_name(std::string_view name) { return !name.empty() && (name[0] < '0' || name[0] > '9'); }

void put(Resolved& result, std::string_view name, const Env& env) {
  result.changed = true;
  if (const auto value = env.non_empty(name)) {
    result.text += *value;
  } else {
    result.missing.emplace_back(name);
  }
}

}  // namespace references

Result<Resolved> resolve_references(std::string_view text, const Env& env) {
  Resolved result;
  for (std::size_t i = 0; i < text.size();) {
    const auto rest = text.substr(i);
    if (rest.starts_with("$${")) {
      result.text += "${";
      i += 3;
      result.changed = true;
    } else if (rest.starts_with("${")) {
      const auto name = references::leading_name(rest.substr(2));
      if (!references::valid_name(name) || !rest.substr(2 + name.size()).starts_with('}'))
        return fail(Errc::config, "${ must be followed by a variable's name and }; write $${ for a literal ${");
      references::put(result, name, env);
      i += name.size() + 3;
    } else if (rest.starts_with(references::prefix)) {
      const auto name = references::leading_name(rest.substr(references::prefix.size()));
      if (!references::valid_name(name)) return fail(Errc::config, "os.environ/ must be followed by a variable's name");
      references::put(result, name, env);
      i += references::prefix.size() + name.size();
    } else {
      result.text += text[i++];
    }
  }
  return result;
}

}  // namespace llmgw::config
