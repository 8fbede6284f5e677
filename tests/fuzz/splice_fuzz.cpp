// Edits of any valid text, in any order, must give a valid text in which the last edit of a member holds.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/edits.h"

namespace splice_fuzz {

using llmgw::json::Edits;
using llmgw::json::View;

void require(bool fact) {
  if (!fact) std::abort();
}

void collect(View value, std::vector<View>& out) {
  out.push_back(value);
  for (const View& element : value.elements()) collect(element, out);
  for (const auto& [key, member] : value.members()) collect(member, out);
}

/// One edit chosen by a byte; keys that the text has and keys that it lacks.
void edit(Edits& edits, View target, std::uint8_t choice) {
  const std::string key = target.is_object() && target.members().begin() != target.members().end() && (choice & 1) != 0
                              ? std::string(target.members().begin()->key)
                              : "k" + std::to_string(choice % 4);
  switch (choice % 5) {
    case 0: edits.erase(target, key); break;
    case 1: edits.replace(target, "[\"new\"]"); break;
    case 2: edits.erase_elements(target, {std::size_t{choice} % 3, std::size_t{choice} % 3 + 2}); break;
    default: edits.set(target, key, std::to_string(choice)); break;
  }
}

/// Edits of the root's members alone, whose outcome a map can tell.
void check_root(View root, std::string_view text, std::string_view choices) {
  if (!root.is_object()) return;
  Edits edits;
  std::map<std::string, std::string> expected;
  for (const char c : choices) {
    const auto choice = static_cast<std::uint8_t>(c);
    const std::string key = "k" + std::to_string(choice % 4);
    if (choice % 3 == 0) {
      edits.erase(root, key);
      expected[key] = "";
    } else {
      edits.set(root, key, std::to_string(choice));
      expected[key] = std::to_string(choice);
    }
  }
  const std::string edited = edits.apply(text);
  const auto value = llmgw::json::parse(edited, 1024);
  require(value.has_value());
  for (const auto& [key, raw] : expected) require((*value)[key].raw() == raw);
  for (const auto& [key, member] : root.members()) {
    if (!expected.contains(std::string(key))) require((*value)[key].raw() == root[key].raw());
  }
}

}  // namespace splice_fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  // Choices stand before the first NUL, the text behind it.
  const auto split = input.find('\0');
  if (split == std::string_view::npos || split > 32) return 0;
  const std::string_view choices = input.substr(0, split);
  const std::string text(input.substr(split + 1));
  const auto root = llmgw::json::parse(text);
  if (!root) return 0;
  std::vector<splice_fuzz::View> values;
  splice_fuzz::collect(*root, values);
  splice_fuzz::Edits edits;
  splice_fuzz::require(edits.apply(text) == text);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const auto choice = static_cast<std::uint8_t>(choices[i]);
    splice_fuzz::edit(edits, values[(choice / 5U + i) % values.size()], choice);
  }
  splice_fuzz::require(llmgw::json::parse(edits.apply(text), 1024).has_value());
  splice_fuzz::check_root(*root, text, choices);
  return 0;
}
