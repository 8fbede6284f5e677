#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "core/json/view.h"

namespace llmgw::json {
namespace parse_test {

using Catch::Matchers::ContainsSubstring;

std::string message_of(std::string_view text, std::size_t max_depth = 256) {
  const auto parsed = parse(text, max_depth);
  if (parsed) return "";
  CHECK(parsed.error().code == Errc::invalid_request);
  return parsed.error().message;
}

TEST_CASE("json parse accepts every kind of value and drops the white space around it", "[json]") {
  const auto [text, kind] = GENERATE(table<std::string, Kind>({{" null ", Kind::null},
                                                               {"true", Kind::boolean},
                                                               {"\tfalse\r\n", Kind::boolean},
                                                               {"-0.5e+10", Kind::number},
                                                               {"0", Kind::number},
                                                               {"\"a\"", Kind::string},
                                                               {"[]", Kind::array},
                                                               {" [ 1 , [ ] ] ", Kind::array},
                                                               {"{ }", Kind::object},
                                                               {"{\"a\":{}}", Kind::object}}));
  const auto value = parse(text);
  REQUIRE(value.has_value());
  CHECK(value->kind() == kind);
  CHECK(value->raw().front() != ' ');
  CHECK(value->raw().back() != ' ');
}

TEST_CASE("json parse refuses what RFC 8259 does not allow", "[json]") {
  const std::string text = GENERATE(
      "", " ", "{", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}",
      "{'a':1}", "{\"a\" 1}", "[1}", "{\"a\":1]", "]", "}", "nul", "nulll", "True", "tru", "01", "-01", "-", "+1", ".5",
      "1.", "1.e5", "1e", "1e+", "0x10", "NaN", "Infinity", "-Infinity", "1 2", "\"", "\"a", "\"\\", "\"\\\"",
      "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u\"", "\"\\'\"", "// c\n1", "/**/1", "[1]]", "{}{}", "\v1",
      "\xEF\xBB\xBF{}", "\"\xC0\x80\"", "\"\x80\"", "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "\"\xE2\x82\"",
      "\"\xF8\x88\x80\x80\x80\"", "\"\xE0\x80\x80\"", "\"\xF0\x80\x80\x80\"", "\xC3\xA9");
  INFO(text);
  CHECK_FALSE(parse(text).has_value());
}

TEST_CASE("json parse refuses raw control characters in a string", "[json]") {
  for (int c = 0; c < 0x20; ++c) {
    const std::string text = std::string("\"abcdefghijklmnopqrst") + static_cast<char>(c) + "\"";
    CHECK_FALSE(parse(text).has_value());
  }
  CHECK(parse("\"\x7F\"").has_value());
}

TEST_CASE("json parse names the line and the column of a fault", "[json]") {
  CHECK_THAT(message_of("{\n  \"a\": 1,\n  \"b\" 2\n}"), ContainsSubstring("line 3, column 7"));
  CHECK_THAT(message_of("[1, x]"), ContainsSubstring("line 1, column 5: a value is expected"));
  // Columns count characters, not bytes.
  CHECK_THAT(message_of("[\"\xEC\x95\x88\xEB\x85\x95\", x]"), ContainsSubstring("line 1, column 8"));
  CHECK_THAT(message_of("[1,"), ContainsSubstring("the text ends here"));
  CHECK_THAT(message_of(""), ContainsSubstring("invalid JSON at line 1, column 1: a value is missing"));
  CHECK_THAT(message_of("\"\xC3(\""), ContainsSubstring("not valid UTF-8"));
}

TEST_CASE("json parse bounds nesting without recursion", "[json]") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(parse(nested(256)).has_value());
  CHECK_THAT(message_of(nested(257)), ContainsSubstring("column 257: nested too deeply"));
  CHECK_THAT(message_of(nested(100'000)), ContainsSubstring("nested too deeply"));
  CHECK(parse(nested(1000), 1000).has_value());
  CHECK_FALSE(parse(nested(2000), 1'000'000).has_value());
  CHECK(parse("[[],[],[{}]]", 3).has_value());
  CHECK_FALSE(parse("[[],[],[{}]]", 2).has_value());
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  CHECK_FALSE(parse(objects).has_value());
}

TEST_CASE("json parse keeps objects and arrays apart at every level", "[json]") {
  std::string open;
  std::string close;
  for (int i = 0; i < 100; ++i) {
    open += i % 3 == 0 ? "[" : "{\"k\":";
    close.insert(0, i % 3 == 0 ? "]" : "}");
  }
  CHECK(parse(open + "1" + close).has_value());
  for (std::size_t i = 0; i < close.size(); ++i) {
    std::string wrong = close;
    wrong[i] = wrong[i] == ']' ? '}' : ']';
    CHECK_FALSE(parse(open + "1" + wrong).has_value());
  }
}

/// Random JSON text: every kind of value, escapes, white space, other scripts.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}
  std::string value(int depth) {
    switch (pick(depth > 4 ? 5 : 8)) {
      case 0: return "null";
      case 1: return pick(2) == 0 ? "true" : "false";
      case 2: return number();
      case 3:
      case 4: return string();
      case 5: return container(depth, '[');
      default: return container(depth, '{');
    }
  }
  std::size_t pick(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_); }

 private:
  std::string space() { return std::vector<std::string>{"", "", "", " ", "\n", "\t ", "\r\n  "}[pick(7)]; }
  std::string number() {
    return std::vector<std::string>{
        "0",     "-0",          "1", "-17", "3.5", "1e3", "2E-2", "1.0", "9007199254740993", "-9223372036854775808",
        "0.1e1", "123456789012"}[pick(12)];
  }
  std::string string() {
    static const std::vector<std::string> parts{"a",
                                                "plain text that is longer than a block",
                                                "\\n",
                                                "\\\"",
                                                "\\\\",
                                                "\\u00e9",
                                                "\\ud83d\\ude00",
                                                "\xEC\x95\x88",
                                                "\xF0\x9F\x98\x80",
                                                "\xC3\xA9",
                                                "\\/",
                                                "]",
                                                "}",
                                                "{",
                                                "[",
                                                ",",
                                                ":",
                                                "\\u0000",
                                                "\xC2\x85",
                                                "\\t"};
    std::string out = "\"";
    for (std::size_t n = pick(6); n > 0; --n) out += parts[pick(parts.size())];
    return out + "\"";
  }
  std::string container(int depth, char open) {
    std::string out(1, open);
    const std::size_t count = pick(5);
    for (std::size_t i = 0; i < count; ++i) {
      out += (i == 0 ? "" : ",") + space();
      if (open == '{') out += string() + space() + ":" + space();
      out += value(depth + 1) + space();
    }
    return out + (open == '{' ? "}" : "]");
  }
  std::mt19937 random_;
};

nlohmann::json rebuilt(View value) {
  switch (value.kind()) {
    case Kind::null: return nullptr;
    case Kind::boolean: return *value.boolean();
    case Kind::string: return *value.string();
    case Kind::array: {
      auto out = nlohmann::json::array();
      for (const View& element : value.elements()) out.push_back(rebuilt(element));
      return out;
    }
    case Kind::object: {
      auto out = nlohmann::json::object();
      for (const auto& [key, member] : value.members()) {
        out[std::string(key)] = rebuilt(member);
      }
      for (const auto& [key, member] : out.items()) CHECK(rebuilt(value[key]) == member);
      return out;
    }
    default: break;
  }
  if (const auto whole = value.integer()) return *whole;
  return *value.number();
}

TEST_CASE("json views read the same as another library does", "[json]") {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const std::string text = Generator(seed).value(0);
    INFO(text);
    const auto expected = nlohmann::json::parse(text, nullptr, false);
    REQUIRE_FALSE(expected.is_discarded());
    const auto value = parse(text);
    REQUIRE(value.has_value());
    REQUIRE(rebuilt(*value) == expected);
  }
}

TEST_CASE("json parse agrees with another library on damaged texts", "[json]") {
  const std::string noise =
      "\"\\{}[]:,0123-+.eEtfnu \n\t\x01\x80\xC3\xED\xF4"
      "ax";
  for (unsigned seed = 0; seed < 4000; ++seed) {
    Generator generator(seed);
    std::string text = generator.value(0);
    for (std::size_t n = 1 + generator.pick(3); n > 0 && !text.empty(); --n) {
      const std::size_t at = generator.pick(text.size());
      switch (generator.pick(3)) {
        case 0: text[at] = noise[generator.pick(noise.size())]; break;
        case 1: text.erase(at, 1 + generator.pick(3)); break;
        default: text.insert(at, 1, noise[generator.pick(noise.size())]);
      }
    }
    INFO(text);
    // The other library refuses lone surrogates and numbers too large for a double, which the grammar allows;
    // the generator makes neither but by damage.
    const bool expected = nlohmann::json::accept(text);
    const bool accepted = parse(text).has_value();
    if (text.find("\\ud83d") == std::string::npos && text.find("\\ude00") == std::string::npos &&
        text.find('E') == std::string::npos && text.find('e') == std::string::npos) {
      REQUIRE(accepted == expected);
    } else if (expected) {
      REQUIRE(accepted);
    }
  }
}

TEST_CASE("json parse refuses every proper prefix of a container", "[json]") {
  const std::string text = R"({"a":[1,2.5e3,"x\n\u00e9",true,null],"b":{"c":"안녕"}})";
  REQUIRE(parse(text).has_value());
  for (std::size_t length = 0; length < text.size(); ++length) {
    CHECK_FALSE(parse(std::string_view(text).substr(0, length)).has_value());
  }
}

TEST_CASE("json parse finds faults at any distance from a block boundary", "[json]") {
  for (std::size_t lead = 0; lead < 40; ++lead) {
    for (std::size_t tail = 0; tail < 40; ++tail) {
      const std::string good = "\"" + std::string(lead, 'x') + "\xC3\xA9" + std::string(tail, 'y') + "\"";
      CHECK(parse(good).has_value());
      std::string bad = good;
      bad[lead + 2] = 'z';
      CHECK_FALSE(parse(bad).has_value());
      CHECK_FALSE(parse(good.substr(0, good.size() - 1)).has_value());
    }
  }
}

}  // namespace parse_test
}  // namespace llmgw::json
