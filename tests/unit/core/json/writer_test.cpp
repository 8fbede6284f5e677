#include "core/json/writer.h"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "core/json/view.h"

namespace llmgw::json {
namespace writer_test {

TEST_CASE("json writer places commas by itself", "[json]") {
  std::string out = "x";
  Writer w(out);
  w.begin_object();
  w.member("a", 1);
  w.member("b", "t");
  w.key("c");
  w.begin_array();
  w.end_array();
  w.key("d");
  w.begin_array();
  w.integer(-5);
  w.begin_object();
  w.end_object();
  w.begin_object();
  w.member("e", true);
  w.end_object();
  w.null();
  w.end_array();
  w.member_raw("f", "{\"g\":0}");
  w.member_null("h");
  w.any_key("i\"");
  w.number(0.5);
  w.end_object();
  CHECK(out == R"(x{"a":1,"b":"t","c":[],"d":[-5,{},{"e":true},null],"f":{"g":0},"h":null,"i\"":0.5})");
}

TEST_CASE("json writer picks the overload that a literal means", "[json]") {
  std::string out;
  Writer w(out);
  w.begin_object();
  w.member("s", "text");
  w.member("v", std::string("view"));
  w.member("b", false);
  w.member("n", std::int64_t{1} << 60);
  w.end_object();
  CHECK(out == R"({"s":"text","v":"view","b":false,"n":1152921504606846976})");
}

TEST_CASE("json writer numbers read back the same", "[json]") {
  const auto written = [](double value) {
    std::string out;
    Writer(out).number(value);
    return out;
  };
  CHECK(written(1) == "1");
  CHECK(written(0.1) == "0.1");
  CHECK(written(-0.0) == "-0");
  CHECK(written(1e-7) == "1e-07");
  CHECK(written(std::numeric_limits<double>::infinity()) == "null");
  CHECK(written(std::nan("")) == "null");
  std::mt19937_64 random(7);
  for (int i = 0; i < 10'000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const std::string text = written(value);
    REQUIRE(parse(text).has_value());
    REQUIRE(trusted(text).number() == value);
  }
  std::string out;
  Writer(out).integer(std::numeric_limits<std::int64_t>::min());
  CHECK(out == "-9223372036854775808");
}

TEST_CASE("json strings are escaped on one line", "[json]") {
  CHECK(quoted("") == "\"\"");
  CHECK(quoted("a\"b\\c/") == R"("a\"b\\c/")");
  CHECK(quoted("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  CHECK(json::quoted(std::string("\0\x1F\x7F", 3)) == "\"\\u0000\\u001f\x7F\"");
  CHECK(quoted("안녕 😀 é") == "\"안녕 😀 é\"");
}

TEST_CASE("json strings escape the line ends that only Unicode knows", "[json]") {
  CHECK(quoted("a\u0085b\u2028c\u2029d") == R"("a\u0085b\u2028c\u2029d")");
  CHECK(quoted("\u2027\u202A\u0084\u0086") == "\"\u2027\u202A\u0084\u0086\"");
}

TEST_CASE("json strings replace what is no UTF-8", "[json]") {
  const std::string mark = "\xEF\xBF\xBD";
  CHECK(quoted("a\x80z") == "\"a" + mark + "z\"");
  CHECK(quoted("\xC3") == "\"" + mark + "\"");
  CHECK(quoted("\xC3(") == "\"" + mark + "(\"");
  CHECK(quoted("\xE2\x82") == "\"" + mark + "\"");
  CHECK(quoted("\xF0\x9F\x98") == "\"" + mark + "\"");
  CHECK(quoted("\xF0\x9F\x98"
               "a") == "\"" + mark + "a\"");
  CHECK(quoted("\xC0\xAF") == "\"" + mark + mark + "\"");
  CHECK(quoted("\xF5\x80") == "\"" + mark + mark + "\"");
  CHECK(quoted("\xFF\xFE") == "\"" + mark + mark + "\"");
  // Lone halves of a surrogate pair; a pair is one character.
  CHECK(quoted("\xED\xA0\xBDx") == "\"" + mark + "x\"");
  CHECK(quoted("\xED\xB8\x80") == "\"" + mark + "\"");
  CHECK(quoted("\xED\xA0\xBD\xED\xB8\x80") == "\"\xF0\x9F\x98\x80\"");
}

TEST_CASE("json strings of any bytes are valid JSON without line ends", "[json]") {
  std::mt19937 random(11);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 40, ' ');
    for (char& c : text) {
      c = random() % 3 == 0 ? static_cast<char>(random() % 256)
                            : static_cast<char>(" \"\\\xED\xA0\xE2\x80\xA8\xF0\x9F"[random() % 10]);
    }
    const std::string out = json::quoted(text);
    REQUIRE(parse(out).has_value());
    REQUIRE(out.find_first_of("\n\r") == std::string::npos);
    REQUIRE(out.find("\xE2\x80\xA8") == std::string::npos);
    const auto other = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (text.find('\xED') == std::string::npos) {
      REQUIRE(nlohmann::json::parse(out) == nlohmann::json::parse(other));
    }
  }
}

TEST_CASE("json strings read back the same", "[json]") {
  for (unsigned point = 1; point < 0x110000; point += point < 0x3000 ? 1 : 97) {
    if (point >= 0xD800 && point < 0xE000) continue;
    const std::string escaped = point < 0x10000 ? "" : "x";
    std::u32string wide(1, static_cast<char32_t>(point));
    std::string text = escaped;
    if (point < 0x80) {
      text += static_cast<char>(point);
    } else if (point < 0x800) {
      text += {static_cast<char>(0xC0 | point >> 6), static_cast<char>(0x80 | (point & 0x3F))};
    } else if (point < 0x10000) {
      text += {static_cast<char>(0xE0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3F)),
               static_cast<char>(0x80 | (point & 0x3F))};
    } else {
      text += {static_cast<char>(0xF0 | point >> 18), static_cast<char>(0x80 | (point >> 12 & 0x3F)),
               static_cast<char>(0x80 | (point >> 6 & 0x3F)), static_cast<char>(0x80 | (point & 0x3F))};
    }
    const std::string out = json::quoted(text);
    REQUIRE(parse(out).has_value());
    REQUIRE(trusted(out).string() == text);
  }
}

}  // namespace writer_test
}  // namespace llmgw::json
