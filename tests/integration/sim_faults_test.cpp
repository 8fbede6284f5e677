#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/ir/answer.h"
#include "support/proxy/sim_client.h"

using namespace llmgw;
using namespace llmgw::test;

TEST_CASE("sim cuts the connection before the head", "[sim]") {
  const Sim sim;
  const auto streamed = GENERATE(true, false);
  const auto closed = sim.ask(Api::chat, "fin", streamed);
  CHECK(closed.raw.empty());
  CHECK(closed.ending == Ending::fin);
  const auto reset = sim.ask(Api::messages, "rst", streamed);
  CHECK(reset.raw.empty());
  CHECK(reset.ending == Ending::reset);
}

TEST_CASE("sim cuts the connection after the tokens asked for", "[sim]") {
  const Sim sim;
  const auto api = GENERATE(Api::chat, Api::messages);
  const auto closed = sim.ask(api, "fin@3, out-len=9", true);
  CHECK(closed.status == 200);
  CHECK_FALSE(closed.whole);
  CHECK(closed.deltas() == 3);
  const auto reset = sim.ask(api, "rst@2, out-len=9", true);
  CHECK(reset.ending == Ending::reset);
  CHECK(sim.ask(api, "fin@0, out-len=9", true).deltas() == 0);
  // All the text, but no end.
  CHECK(sim.ask(api, "fin@9, out-len=9", true).deltas() == 9);
  CHECK_FALSE(sim.ask(api, "fin@1", false).whole);
}

TEST_CASE("sim sends an error in mid stream and nothing after it", "[sim]") {
  const Sim sim;
  const auto chat = sim.ask(Api::chat, "error@2, out-len=9", true);
  CHECK(chat.whole);
  CHECK(chat.deltas() == 2);
  CHECK(chat.body.find("data: {\"error\":") != std::string::npos);
  CHECK(chat.body.find("[DONE]") == std::string::npos);
  const auto messages = sim.ask(Api::messages, "error@2, out-len=9", true);
  CHECK(messages.body.find("event: error\n") != std::string::npos);
  CHECK(messages.body.find("message_stop") == std::string::npos);
}

TEST_CASE("sim leaves out what ends a stream", "[sim]") {
  const Sim sim;
  CHECK(sim.ask(Api::chat, "", true).collected().complete);
  CHECK_FALSE(sim.ask(Api::chat, "no-done, no-finish", true).collected().complete);
  CHECK_FALSE(sim.ask(Api::messages, "no-done, no-finish", true).collected().complete);
  CHECK(sim.ask(Api::messages, "no-done", true).body.find("message_stop") == std::string::npos);
  const auto empty = sim.ask(Api::chat, "empty", true);
  CHECK(empty.whole);
  CHECK(empty.body.empty());
}

TEST_CASE("sim's framing quirks change no answer", "[sim]") {
  const Sim sim;
  const auto api = GENERATE(Api::chat, Api::messages);
  const auto plain = sim.ask(api, "out-len=6", true).collected();
  const auto script =
      GENERATE(as<std::string_view>{}, "crlf", "no-space", "comments", "split", "split=7", "coalesce=3", "buffered",
               "usage-twice", "empty-deltas", "event-lines", "role-chunk=early", "chunk-tokens=3", "null-content");
  CAPTURE(script);
  const auto bent = sim.ask(api, "out-len=6, " + std::string(script), true).collected();
  CHECK(bent.complete);
  CHECK(bent.text() == plain.text());
  CHECK(bent.usage == plain.usage);
}

TEST_CASE("sim sends events of a megabyte and events that are no JSON", "[sim]") {
  const Sim sim;
  const auto big = sim.ask(Api::chat, "big-event, out-len=1", true);
  CHECK(big.collected().text().size() > std::size_t{1} << 20U);
  const auto broken = sim.ask(Api::chat, "bad-json@2, out-len=4", true);
  CHECK(broken.body.find("\"cut\n") != std::string::npos);
}

TEST_CASE("sim hangs until the client leaves, and notices that", "[sim]") {
  const Sim sim;
  {
    auto socket = sim.send(Api::chat, "hang@1, out-len=3", true, "");
    CHECK(socket.read_until("\n\n").find("200 OK") != std::string::npos);
  }
  // The hanging request ends with its connection: the gauge falls back to nothing running.
  std::string page;
  for (int i = 0;
       i < 2000 && page.find("num_requests_running{engine=\"0\",model_name=\"llmgw-sim\"} 0") == std::string::npos; ++i)
    page = sim.get("/metrics").body;
  CHECK(page.find("num_requests_running{engine=\"0\",model_name=\"llmgw-sim\"} 0\n") != std::string::npos);
}
