#include <catch2/catch_test_macros.hpp>
#include <string>

#include "../../fake_room.h"
#include "../../program.h"
#include "core/json/view.h"

namespace bench_run {

/// Runs `bench` with two requests against the room.
program::Ran bench(fake::Room& room, std::vector<std::string> args) {
  args.insert(args.begin(), {"bench", "--config", "none", "--target", "http://127.0.0.1:9", "-m", "m", "-n", "2"});
  program::Surroundings around;
  around.run_client = [&room](const llmgw::net::ClientWork& work) { return room.run(work); };
  return program::run(args, around);
}

llmgw::json::View stage_of(const program::Ran& ran) {
  return llmgw::json::View(*llmgw::json::trusted(ran.out)["stages"].elements().begin());
}

}  // namespace bench_run

using bench_run::stage_of;

TEST_CASE("bench counts times from the moment before the request's last byte left", "[cli][bench]") {
  fake::Room room;
  auto reply = fake::chat({"Hello", " you"});
  reply.sent_ns = llmgw::SystemClock().now_ns() - 500'000'000;
  room.replies = {reply, reply};
  const auto ran = bench_run::bench(room, {"-o", "json"});
  REQUIRE(ran.code == 0);
  CHECK(stage_of(ran)["metrics"]["ttft"]["min"].number() >= 500);
  CHECK(stage_of(ran)["metrics"]["e2e"]["min"].number() >= 500);
}

TEST_CASE("bench counts a complete answer whose connection breaks afterwards", "[cli][bench]") {
  fake::Room room;
  auto reply = fake::chat({"Hello"});
  reply.broken = llmgw::fail(llmgw::Errc::network, "reset").error();
  room.replies = {reply, reply};
  const auto ran = bench_run::bench(room, {"-o", "json"});
  CHECK(ran.code == 0);
  CHECK(stage_of(ran)["counts"]["ok"].integer() == 2);
}
