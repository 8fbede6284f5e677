#include "core/json/edits.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace llmgw::json {
namespace edits_test {

TEST_CASE("json edits replace a value and leave all other bytes alone", "[json]") {
  const std::string text = "{ \"model\" : \"a\",\n\t\"n\": 1e-7, \"x\":[1.0 , 9007199254740993] }\n";
  Edits edits;
  CHECK(edits.empty());
  CHECK(edits.apply(text) == text);
  edits.set(trusted(text), "model", "\"long name\"");
  CHECK_FALSE(edits.empty());
  CHECK(edits.apply(text) == "{ \"model\" : \"long name\",\n\t\"n\": 1e-7, \"x\":[1.0 , 9007199254740993] }\n");
}

TEST_CASE("json edits set adds a member at the end when the key is new", "[json]") {
  const auto set = [](std::string_view text) {
    Edits edits;
    edits.set(trusted(text), "k\"", "1");
    return edits.apply(text);
  };
  CHECK(set("{}") == R"({"k\"":1})");
  CHECK(set("{ }") == R"({"k\"":1 })");
  CHECK(set("{\"a\":2 }") == R"({"a":2,"k\"":1 })");
  CHECK(set("{\"a\":{}}\n") == "{\"a\":{},\"k\\\"\":1}\n");
}

TEST_CASE("json edits change every repetition of a key, spelled in any way", "[json]") {
  const std::string text = R"({"a":1,"b":2,"\u0061":3})";
  Edits edits;
  edits.set(trusted(text), "a", "0");
  CHECK(edits.apply(text) == R"({"a":0,"b":2,"\u0061":0})");
  Edits erase;
  erase.erase(trusted(text), "a");
  CHECK(erase.apply(text) == R"({"b":2})");
}

TEST_CASE("json edits erase first, middle, last and only members with the right comma", "[json]") {
  const auto erase = [](std::string_view text, std::initializer_list<const char*> keys) {
    Edits edits;
    for (const char* key : keys) edits.erase(trusted(text), key);
    return edits.apply(text);
  };
  const std::string three = R"({"a":1, "b":2 , "c":3})";
  CHECK(erase(three, {"a"}) == R"({"b":2 , "c":3})");
  CHECK(erase(three, {"b"}) == R"({"a":1 , "c":3})");
  CHECK(erase(three, {"c"}) == R"({"a":1, "b":2})");
  CHECK(erase(three, {"a", "b"}) == R"({"c":3})");
  CHECK(erase(three, {"a", "c"}) == R"({"b":2})");
  CHECK(erase(three, {"b", "c"}) == R"({"a":1})");
  CHECK(erase(three, {"c", "a", "b"}) == "{}");
  CHECK(erase("{ \"a\":1 }", {"a"}) == "{  }");
  CHECK(erase(three, {"z"}) == three);
  CHECK(erase("{}", {"z"}) == "{}");
}

TEST_CASE("json edits erase array elements", "[json]") {
  const auto erase = [](std::string_view text, const std::vector<std::size_t>& indices) {
    Edits edits;
    edits.erase_elements(trusted(text), indices);
    return edits.apply(text);
  };
  CHECK(erase("[1, 2, 3]", {}) == "[1, 2, 3]");
  CHECK(erase("[1, 2, 3]", {0}) == "[2, 3]");
  CHECK(erase("[1, 2, 3]", {1}) == "[1, 3]");
  CHECK(erase("[1, 2, 3]", {2}) == "[1, 2]");
  CHECK(erase("[1, 2, 3]", {0, 2}) == "[2]");
  CHECK(erase("[1, 2, 3]", {0, 1, 2}) == "[]");
  CHECK(erase("[1, 2, 3]", {7}) == "[1, 2, 3]");
}

TEST_CASE("json edits of one object work together", "[json]") {
  const std::string text = R"({"a":1,"b":2})";
  Edits all_out;
  all_out.erase(trusted(text), "a");
  all_out.erase(trusted(text), "b");
  all_out.set(trusted(text), "c", "3");
  all_out.set(trusted(text), "d", "4");
  CHECK(all_out.apply(text) == R"({"c":3,"d":4})");

  Edits last_out;
  last_out.erase(trusted(text), "b");
  last_out.set(trusted(text), "c", "3");
  CHECK(last_out.apply(text) == R"({"a":1,"c":3})");
}

TEST_CASE("json edits: the later one of the same place wins", "[json]") {
  const std::string text = R"({"a":1,"b":2})";
  Edits edits;
  edits.set(trusted(text), "a", "10");
  edits.replace(trusted(text)["a"], "11");
  edits.set(trusted(text), "n", "1");
  edits.set(trusted(text), "n", "2");
  edits.erase(trusted(text), "b");
  edits.set(trusted(text), "b", "20");
  CHECK(edits.apply(text) == R"({"a":11,"b":20,"n":2})");
  edits.set(trusted(text), "a", "12");
  edits.erase(trusted(text), "n");
  CHECK(edits.apply(text) == R"({"a":12,"b":20})");
}

TEST_CASE("json edits inside of a value that goes away have no effect", "[json]") {
  const std::string text = R"([{"a":{"b":1}},{"c":[1,2]}])";
  const View root = trusted(text);
  Edits edits;
  edits.set(root[0]["a"], "b", "2");
  edits.set(root[0]["a"], "n", "3");
  edits.set(root[0], "a", "null");
  edits.erase_elements(root[1]["c"], {0});
  edits.erase_elements(root, {1});
  CHECK(edits.apply(text) == R"([{"a":null}])");
  Edits removed_and_replaced;
  removed_and_replaced.replace(root[0], "7");
  removed_and_replaced.erase_elements(root, {0});
  CHECK(removed_and_replaced.apply(text) == R"([{"c":[1,2]}])");
}

TEST_CASE("json edits at several depths meet at closing brackets", "[json]") {
  const std::string text = R"({"o":{"p":{}}})";
  const View root = trusted(text);
  Edits edits;
  edits.set(root, "x", "1");
  edits.set(root["o"], "y", "2");
  edits.set(root["o"]["p"], "z", "3");
  CHECK(edits.apply(text) == R"({"o":{"p":{"z":3},"y":2},"x":1})");
}

TEST_CASE("json edits ignore targets of the wrong kind", "[json]") {
  const std::string text = R"({"a":1})";
  Edits edits;
  edits.set(trusted(text)["a"], "b", "1");
  edits.set(View(), "b", "1");
  edits.replace(View(), "1");
  edits.erase(trusted(text)["a"], "b");
  edits.erase_elements(trusted(text), {0});
  CHECK(edits.empty());
}

TEST_CASE("json edits do what the same steps do to a document tree", "[json]") {
  using Tree = nlohmann::ordered_json;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&random](std::size_t count) {
      return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
    };
    // Unique keys in three objects, one of them in an array.
    Tree tree = Tree::object();
    for (std::size_t i = 0; i < pick(5); ++i) tree["k" + std::to_string(i)] = i;
    tree["in"] = Tree::object();
    for (std::size_t i = 0; i < pick(3); ++i) tree["in"]["k" + std::to_string(i)] = "}";
    tree["list"] = Tree::array({1, Tree::object({{"k0", 0}}), "x"});
    const std::string text = tree.dump(static_cast<int>(pick(4)) - 1);
    const View root = trusted(text);
    Edits edits;
    for (std::size_t step = 0; step < 1 + pick(6); ++step) {
      const std::size_t where = pick(3);
      View object = where == 0 ? root : where == 1 ? root["in"] : root["list"][1];
      Tree& node = where == 0 ? tree : where == 1 ? tree["in"] : tree["list"][1];
      const std::string key = "k" + std::to_string(pick(6));
      if (pick(2) == 0) {
        edits.erase(object, key);
        node.erase(key);
      } else {
        edits.set(object, key, std::to_string(step));
        node[key] = step;
      }
    }
    const std::string edited = edits.apply(text);
    INFO(text << " -> " << edited);
    REQUIRE(parse(edited).has_value());
    REQUIRE(nlohmann::json::parse(edited) == nlohmann::json::parse(tree.dump()));
  }
}

}  // namespace edits_test
}  // namespace llmgw::json
