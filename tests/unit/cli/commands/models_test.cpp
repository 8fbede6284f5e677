#include <catch2/catch_test_macros.hpp>

#include "../fake_room.h"
#include "../program.h"

namespace models_test {

program::Ran models(fake::Room& room, std::vector<std::string> args, bool terminal = false) {
  args.insert(args.begin(), "models");
  args.insert(args.end(), {"--config", "none"});
  program::Surroundings around{.terminal = terminal};
  around.run_client = [&room](const llmgw::net::ClientWork& work) { return room.run(work); };
  return program::run(args, around);
}

}  // namespace models_test

using models_test::models;

TEST_CASE("bare models lists names exactly as the server writes them", "[cli]") {
  fake::Room room;
  room.replies = {fake::models({"Qwen/Qwen3", "qwen/qwen3", "llama"})};
  const auto ran = models(room, {});
  CHECK(ran.code == 0);
  CHECK(ran.out == "Qwen/Qwen3\nqwen/qwen3\nllama\n");
  CHECK(room.requests.at(0).message.target == "/v1/models");
  CHECK(room.requests.at(0).endpoint->port == 4000);
}

TEST_CASE("models prints a table on a terminal and raw rows as JSON", "[cli]") {
  fake::Room room;
  room.replies = {fake::models({"a"}), fake::models({"a", "b"}), fake::models({"ab", "c"})};
  CHECK(models(room, {}, true).out == "MODEL  OWNED BY  CONTEXT\na      test      -\n");
  CHECK(models(room, {"--json"}).out ==
        "[{\"id\":\"a\",\"object\":\"model\",\"owned_by\":\"test\"},"
        "{\"id\":\"b\",\"object\":\"model\",\"owned_by\":\"test\"}]\n");
  CHECK(models(room, {"list", "b", "-o", "name"}).out == "ab\n");
}

TEST_CASE("JSON lines of models are lines however the server writes its list", "[cli]") {
  fake::Room room;
  room.replies = {fake::json("{\n \"data\": [\n  {\n   \"id\": \"a\"\n  },\r\n  {\"id\":\"b\"}\n ]\n}\n")};
  CHECK(models(room, {"-o", "jsonl"}).out == "{    \"id\": \"a\"   }\n{\"id\":\"b\"}\n");
}

TEST_CASE("a model's name cannot steer the terminal, and a pipe gets it as it is", "[cli]") {
  const auto list = fake::models({"a\\u001b[31m\\u202eb"});
  fake::Room room;
  room.replies = {list, list, list};
  CHECK(models(room, {}, true).out.contains("a [31m b  test"));
  CHECK(models(room, {"-o", "name"}, true).out == "a [31m b\n");
  CHECK(models(room, {"-o", "name"}).out == "a\x1b[31m\u202eb\n");
}

TEST_CASE("a Messages server is asked for more models than it lists unasked", "[cli]") {
  fake::Room room;
  room.replies = {fake::models({"a"})};
  CHECK(models(room, {"--api", "messages"}).out == "a\n");
  CHECK(room.requests.at(0).message.target == "/v1/models?limit=1000");
}

TEST_CASE("models show tells all fields of one model and suggests near names", "[cli]") {
  fake::Room room;
  room.replies = {fake::models({"llama"}), fake::models({"llama"}), fake::models({"llama"})};
  CHECK(models(room, {"show", "llama", "--json"}).out ==
        "{\"id\":\"llama\",\"object\":\"model\",\"owned_by\":\"test\"}\n");
  CHECK(models(room, {"show", "llama"}).out.starts_with("id                        llama\n"));
  const auto missing = models(room, {"show", "Llama2"});
  CHECK(missing.code == 5);
  CHECK(missing.err.contains("try: llmgw models show llama"));
}

TEST_CASE("a server that lists nothing sensible is an upstream failure", "[cli]") {
  fake::Room room;
  room.replies = {fake::json("[]"), fake::json("<html>", 502)};
  CHECK(models(room, {}).code == 7);
  CHECK(models(room, {}).code == 7);
}
