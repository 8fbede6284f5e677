#include "core/bench/prompt.h"

#include <array>
#include <string_view>

#include "core/base/ids.h"

namespace llmgw::bench {
namespace prompting {

constexpr std::array<std::string_view, 64> words{
    "time",    "water",   "house",  "light",  "river",  "paper",  "green",  "table",   "music",   "point",   "world",
    "plant",   "story",   "night",  "stone",  "voice",  "field",  "north",  "earth",   "glass",   "train",   "horse",
    "money",   "cloud",   "bread",  "chair",  "wheel",  "ocean",  "forest", "market",  "garden",  "winter",  "summer",
    "window",  "people",  "letter", "number", "street", "family", "school", "morning", "village", "journey", "picture",
    "history", "weather", "island", "bridge", "silver", "simple", "quiet",  "early",   "small",   "large",   "open",
    "close",   "write",   "carry",  "begin",  "follow", "build",  "learn",  "travel",  "remember"};

}  // namespace prompting

std::string synthetic_prompt(std::uint64_t seed, std::int64_t index, std::int64_t tokens) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15ULL;  // spreads neighbouring indexes over all seeds
  IdSource random(seed + static_cast<std::uint64_t>(index) * odd);
  std::string text;
  for (std::int64_t i = 0; i < tokens; ++i) {
    if (i > 0) text += ' ';
    text += prompting::words[random.next() % prompting::words.size()];
  }
  return text;
}

}  // namespace llmgw::bench
