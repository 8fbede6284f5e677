#include <catch2/catch_test_macros.hpp>
#include <string_view>

#include "core/health/check.h"
#include "healthy.h"

namespace health_clock_test {

using namespace llmgw::health;

TEST_CASE("a server that takes long may write its date at any moment of that time", "[health]") {
  const auto state_of = [](double seconds, std::string_view date) {
    auto facts = healthy::vllm();  // its answer comes at 00:53:20
    facts.contact.seconds = seconds;
    facts.contact.headers.set("date", date);
    return judge(facts, {}, Selection{.level = 0, .only = {"clock"}, .skip = {}}).back().finding.state;
  };
  CHECK(state_of(12, "Thu, 20 Nov 2025 00:53:20 GMT") == State::ok);
  CHECK(state_of(12, "Thu, 20 Nov 2025 00:53:08 GMT") == State::ok);
  CHECK(state_of(12, "Thu, 20 Nov 2025 00:53:00 GMT") == State::warn);
  CHECK(state_of(12, "Thu, 20 Nov 2025 00:53:28 GMT") == State::warn);
}

}  // namespace health_clock_test
