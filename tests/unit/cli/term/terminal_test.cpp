#include "cli/term/terminal.h"

#include <catch2/catch_test_macros.hpp>

using llmgw::cli::ColourChoice;
using llmgw::cli::wants_colour;

namespace terminal_test {

llmgw::FixedEnv with(llmgw::FixedEnv::Variables variables) { return llmgw::FixedEnv(std::move(variables)); }

}  // namespace terminal_test

using terminal_test::with;

TEST_CASE("colour follows the flag, then NO_COLOR, then the forces, then the terminal", "[cli]") {
  const auto plain = with({{"TERM", "xterm"}});
  CHECK(wants_colour(ColourChoice::automatic, plain, true));
  CHECK_FALSE(wants_colour(ColourChoice::automatic, plain, false));
  CHECK(wants_colour(ColourChoice::always, with({{"NO_COLOR", "1"}}), false));
  CHECK_FALSE(wants_colour(ColourChoice::never, with({{"FORCE_COLOR", "1"}}), true));
  CHECK_FALSE(wants_colour(ColourChoice::automatic, with({{"TERM", "xterm"}, {"NO_COLOR", "1"}}), true));
  CHECK(wants_colour(ColourChoice::automatic, with({{"TERM", "xterm"}, {"NO_COLOR", ""}}), true));
  CHECK(wants_colour(ColourChoice::automatic, with({{"CLICOLOR_FORCE", "1"}}), false));
  CHECK_FALSE(wants_colour(ColourChoice::automatic, with({{"FORCE_COLOR", "0"}}), false));
  CHECK_FALSE(wants_colour(ColourChoice::automatic, with({{"TERM", "xterm"}, {"CLICOLOR", "0"}}), true));
  CHECK_FALSE(wants_colour(ColourChoice::automatic, with({{"TERM", "dumb"}}), true));
  CHECK_FALSE(wants_colour(ColourChoice::automatic, with({}), true));
}
