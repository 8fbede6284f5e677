#include "core/base/nearest.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>

using llmgw::edit_distance;
using llmgw::nearest;

TEST_CASE("edit distance counts inserts, deletes, replacements and swaps of neighbours", "[base]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("serve", "") == 5);
  CHECK(edit_distance("serve", "serv") == 1);
  CHECK(edit_distance("serve", "sreve") == 1);
  CHECK(edit_distance("serve", "nerve") == 1);
  CHECK(edit_distance("Serve", "serve") == 0);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("the nearest name is suggested only when it is close", "[base]") {
  constexpr std::array<std::string_view, 4> names{"chat", "models", "serve", "config"};
  CHECK(nearest("modles", names) == "models");
  CHECK(nearest("model", names) == "models");
  CHECK(nearest("cht", names) == "chat");
  CHECK(nearest("weather", names).empty());
  CHECK(nearest(std::string(100'000, 'x'), names).empty());
}
