#include "core/json/view.h"

#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <string>
#include <vector>

namespace llmgw::json {
namespace view_test {

TEST_CASE("json views answer nothing for the wrong kind", "[json]") {
  const View text = trusted("\"a\"");
  CHECK_FALSE(text.integer());
  CHECK_FALSE(text.number());
  CHECK_FALSE(text.boolean());
  CHECK_FALSE(text["a"]);
  CHECK_FALSE(text[0]);
  CHECK(text.members().begin() == text.members().end());
  CHECK(text.elements().begin() == text.elements().end());
  const View nothing;
  CHECK(nothing.kind() == Kind::missing);
  CHECK(nothing.absent());
  CHECK_FALSE(nothing.string());
  CHECK_FALSE(nothing["a"]["b"][3].boolean());
  CHECK(nothing.members().begin() == nothing.members().end());
  CHECK_FALSE(nothing.empty_value());
  CHECK_FALSE(trusted("{}").string());
  CHECK_FALSE(trusted("1").plain_string());
}

TEST_CASE("json null is a value, and absent", "[json]") {
  const View value = trusted("{\"a\":null}");
  CHECK(value["a"]);
  CHECK(value["a"].absent());
  CHECK_FALSE(value["b"]);
  CHECK(value["b"].absent());
}

TEST_CASE("json integers are exact and integral", "[json]") {
  CHECK(trusted("1").integer() == 1);
  CHECK(trusted("1.0").integer() == 1);
  CHECK(trusted("1e3").integer() == 1000);
  CHECK(trusted("1.5e1").integer() == 15);
  CHECK(trusted("-12.50e2").integer() == -1250);
  CHECK(trusted("1200e-2").integer() == 12);
  CHECK(trusted("-0").integer() == 0);
  CHECK(trusted("0e999999999999999999999").integer() == 0);
  CHECK(trusted("0.000").integer() == 0);
  CHECK(trusted("9223372036854775807").integer() == std::numeric_limits<std::int64_t>::max());
  CHECK(trusted("-9223372036854775808").integer() == std::numeric_limits<std::int64_t>::min());
  CHECK(trusted("9007199254740993.0").integer() == 9007199254740993);
  CHECK_FALSE(trusted("9223372036854775808").integer());
  CHECK_FALSE(trusted("-9223372036854775809").integer());
  CHECK_FALSE(trusted("1.5").integer());
  CHECK_FALSE(trusted("1e-1").integer());
  CHECK_FALSE(trusted("1e19").integer());
  CHECK_FALSE(trusted("1e99999999999999999999").integer());
  CHECK_FALSE(trusted("1e-99999999999999999999").integer());
}

TEST_CASE("json numbers are doubles, and nothing where a double cannot hold them", "[json]") {
  CHECK(trusted("0.1").number() == 0.1);
  CHECK(trusted("-2.5E-3").number() == -0.0025);
  CHECK(trusted("9007199254740993").number() == 9007199254740992.0);
  CHECK(trusted("1e308").number() == 1e308);
  CHECK(trusted("5e-324").number() == 5e-324);
  CHECK(trusted("1e-400").number() == 0.0);
  CHECK(trusted("-1e-400").number() == 0.0);
  CHECK(trusted("0." + std::string(400, '0') + "1").number() == 0.0);
  CHECK_FALSE(trusted("1e309").number());
  CHECK_FALSE(trusted(std::string(400, '9')).number());
  CHECK_FALSE(trusted("1e999999999999999999999").number());
}

TEST_CASE("json strings are unescaped", "[json]") {
  CHECK(trusted(R"("\"\\\/\b\f\n\r\t")").string() == "\"\\/\b\f\n\r\t");
  CHECK(trusted(R"("a\u00e9\u00E9b")").string() ==
        "a\xC3\xA9\xC3\xA9"
        "b");
  CHECK(trusted(R"("\uc548\uB155")").string() == "안녕");
  CHECK(trusted(R"("\u0000")").string() == std::string(1, '\0'));
  CHECK(trusted(R"("\ud83d\ude00")").string() == "\xF0\x9F\x98\x80");
  CHECK(trusted(R"("")").string() == "");
  CHECK(trusted(R"("\\u0041")").string() == "\\u0041");
}

TEST_CASE("json lone surrogates come out in three bytes", "[json]") {
  CHECK(trusted(R"("\ud83d")").string() == "\xED\xA0\xBD");
  CHECK(trusted(R"("\ude00x")").string() == "\xED\xB8\x80x");
  CHECK(trusted(R"("\ud83d\u0041")").string() ==
        "\xED\xA0\xBD"
        "A");
  CHECK(trusted(R"("\ud83d\ud83d\ude00")").string() == "\xED\xA0\xBD\xF0\x9F\x98\x80");
}

TEST_CASE("json plain_string copies nothing and refuses escapes", "[json]") {
  const std::string text = "\"no escape here\"";
  const auto plain = trusted(text).plain_string();
  REQUIRE(plain);
  CHECK(plain->data() == text.data() + 1);
  CHECK(*plain == "no escape here");
  CHECK_FALSE(trusted(R"("a\nb")").plain_string());
}

TEST_CASE("json equals compares through escapes", "[json]") {
  CHECK(trusted("\"abc\"").equals("abc"));
  CHECK_FALSE(trusted("\"abc\"").equals("abd"));
  CHECK_FALSE(trusted("\"abc\"").equals("abcd"));
  CHECK_FALSE(trusted("\"abcd\"").equals("abc"));
  CHECK(trusted(R"("\u0061bc")").equals("abc"));
  CHECK_FALSE(trusted(R"("a\nb")").equals("a\\nb"));
  CHECK_FALSE(trusted("1").equals("1"));
}

TEST_CASE("json members come in order, with repetitions, and the last of a key wins", "[json]") {
  const View value = trusted(R"( { "a" : 1 , "b\u0062" : [1,{"a":9}] ,"a":{"x":"}"}, "":null } )");
  std::vector<std::string> seen;
  for (const auto& [key, member] : value.members()) seen.push_back(std::string(key) + "=" + std::string(member.raw()));
  CHECK(seen == std::vector<std::string>{"a=1", "bb=[1,{\"a\":9}]", "a={\"x\":\"}\"}", "=null"});
  CHECK(value["a"]["x"].equals("}"));
  CHECK(value["bb"][1]["a"].integer() == 9);
  CHECK(value[""].kind() == Kind::null);
  CHECK_FALSE(value["c"]);
}

TEST_CASE("json member iterators can be copied", "[json]") {
  const View value = trusted(R"({"\u0061":1,"b":2})");
  auto first = value.members().begin();
  const auto copy = first;
  ++first;
  CHECK(copy->key == "a");
  CHECK(first->key == "b");
  CHECK(++first == value.members().end());
}

TEST_CASE("json elements come in order", "[json]") {
  const View value = trusted("[ \"a,]\" ,[],{} , -1.5e3,true ]");
  std::vector<std::string> seen;
  for (const View& element : value.elements()) seen.emplace_back(element.raw());
  CHECK(seen == std::vector<std::string>{"\"a,]\"", "[]", "{}", "-1.5e3", "true"});
  CHECK(value[3].number() == -1500.0);
  CHECK_FALSE(value[5]);
}

TEST_CASE("json empty_value tells empty strings, arrays and objects", "[json]") {
  CHECK(trusted("[ ]").empty_value());
  CHECK(trusted("{}").empty_value());
  CHECK(trusted("\"\"").empty_value());
  CHECK_FALSE(trusted("[0]").empty_value());
  CHECK_FALSE(trusted("{\"\":0}").empty_value());
  CHECK_FALSE(trusted("\" \"").empty_value());
  CHECK_FALSE(trusted("null").empty_value());
}

TEST_CASE("json views skip long values with brackets inside of strings", "[json]") {
  for (std::size_t lead = 0; lead < 40; ++lead) {
    const std::string filler(lead, 'x');
    const std::string text = R"({"a":{"s":")" + filler + R"(}]\"}","t":["\\",[{}]]},"b":")" + filler + R"(\\","c":7})";
    REQUIRE(parse(text).has_value());
    CHECK(trusted(text)["c"].integer() == 7);
    CHECK(trusted(text)["b"].string() == filler + "\\");
  }
}

}  // namespace view_test
}  // namespace llmgw::json
