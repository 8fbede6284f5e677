#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <future>

#include "core/gpu/machine.h"

namespace system_machine_test {

using namespace llmgw;

TEST_CASE("a program that is given up ends, and others begin when that is over", "[gpu]") {
  const FixedEnv env;
  const auto machine = gpu::system_machine(env);
  auto reading = std::async(std::launch::async, [&] {
    return machine->run({"sh", "-c", "sleep 3600 & wait"}, std::chrono::hours(1));
  });
  machine->give_up(true);
  const auto ended = reading.get();
  REQUIRE_FALSE(ended);
  CHECK(ended.error().code == Errc::cancelled);
  const auto next = machine->run({"true"}, std::chrono::hours(1));
  REQUIRE_FALSE(next);
  CHECK(next.error().code == Errc::cancelled);
  machine->give_up(false);
  const auto later = machine->run({"echo", "there"}, std::chrono::hours(1));
  REQUIRE(later);
  CHECK(later->out == "there\n");
}

}  // namespace system_machine_test
