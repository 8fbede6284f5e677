#include "proxy/policies/output_cap/output_cap.h"

#include <catch2/catch_test_macros.hpp>

namespace output_cap_test {

namespace proxy = llmgw::proxy;
using llmgw::Errc;
using llmgw::config::Limits;

Limits written(std::optional<std::int64_t> max_output) {
  Limits limits;
  limits.max_output_tokens = max_output;
  return limits;
}

std::int64_t characters(std::string_view body) { return proxy::prompt_characters(*llmgw::json::parse(body)); }

TEST_CASE("the cap is exact at the edge of the context", "[output_cap]") {
  const auto limits = written(16384);
  const auto last = proxy::capped_output(100000, 606719, limits, 202752);
  REQUIRE(last);
  CHECK(*last == 1);
  const auto none = proxy::capped_output(100000, 606720, limits, 202752);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::context_length);
}

TEST_CASE("the smallest of wanted, available and configured wins", "[output_cap]") {
  CHECK(*proxy::capped_output(100000, 3, written(16384), 202752) == 16384);
  CHECK(*proxy::capped_output(100, 3, written(16384), 202752) == 100);
  CHECK(*proxy::capped_output(5000, 3, written(std::nullopt), 1000) == 487);
  CHECK(*proxy::capped_output(5000, 3, written(4000), std::nullopt) == 4000);
}

TEST_CASE("characters are code points of all prompt texts, without data URIs", "[output_cap]") {
  CHECK(characters(R"({"model":"mmmm","messages":[{"role":"u","content":"h\u00e9llo"}]})") == 1 + 5);
  CHECK(characters(R"({"messages":[{"content":[{"url":"data:image/png;base64,AAAA"}]}]})") == 0);
  CHECK(characters(R"({"system":"ab","tools":[{"name":"cd"}],"metadata":{"x":"long text"}})") == 4);
}

}  // namespace output_cap_test
