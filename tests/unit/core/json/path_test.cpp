#include "core/json/path.h"

#include <catch2/catch_test_macros.hpp>

namespace llmgw::json {
namespace path_test {

TEST_CASE("json paths are written with dots and brackets", "[json]") {
  const Path root;
  CHECK(root.text() == "");
  const Path messages = root / "messages";
  const Path first = messages[0];
  const Path content = first / "content";
  const Path part = content[12];
  CHECK((part / "text").text() == "messages[0].content[12].text");
  CHECK(root[3].text() == "[3]");
}

TEST_CASE("json readers name the place and the kind that is expected", "[json]") {
  const Path root;
  const Path temperature = root / "temperature";
  const auto wrong = read_number(trusted("\"hot\""), temperature);
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().code == Errc::invalid_request);
  CHECK(wrong.error().message == "temperature must be a number");
  CHECK(wrong.error().param == "temperature");
  const auto missing = read_string(View(), root / "model");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().message == "model is required and must be a string");
  CHECK(missing.error().param == "model");
  const auto body = read_object(trusted("[]"), root);
  REQUIRE_FALSE(body.has_value());
  CHECK(body.error().message == "the value must be an object");
  CHECK(body.error().param == "");
}

TEST_CASE("json readers give the value of the right kind", "[json]") {
  const Path root;
  CHECK(read_string(trusted("\"a\\n\""), root) == "a\n");
  CHECK(read_integer(trusted("7.0"), root) == 7);
  CHECK(read_number(trusted("7"), root) == 7.0);
  CHECK(read_boolean(trusted("true"), root) == true);
  CHECK(read_object(trusted("{}"), root).has_value());
  CHECK(read_array(trusted("[]"), root).has_value());
  CHECK_FALSE(read_integer(trusted("7.5"), root).has_value());
  CHECK_FALSE(read_boolean(trusted("null"), root).has_value());
  CHECK_FALSE(read_array(trusted("{}"), root).has_value());
}

}  // namespace path_test
}  // namespace llmgw::json
