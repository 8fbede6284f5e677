#include <catch2/catch_test_macros.hpp>
#include <string>

#include "../fake_room.h"
#include "../program.h"
#include "core/json/view.h"

namespace ask_test {

using Args = std::vector<std::string>;

/// Runs `ask` with the arguments against the room; standard input is /dev/null unless said.
program::Ran ask(fake::Room& room, Args args, program::Surroundings around = {}) {
  args.insert(args.begin(), {"ask", "--config", "none", "--base-url", "http://127.0.0.1:9"});
  if (around.input.empty() && !around.silent_input) around.input_kind = llmgw::cli::InputKind::file;
  around.run_client = [&room](const llmgw::net::ClientWork& work) { return room.run(work); };
  return program::run(args, around);
}

llmgw::json::View body_of(const fake::Room& room, std::size_t index = 0) {
  return llmgw::json::trusted(room.requests.at(index).message.body);
}

llmgw::Error refused() { return llmgw::fail(llmgw::Errc::network, "connection refused").error(); }

}  // namespace ask_test

using ask_test::ask;
using ask_test::body_of;

TEST_CASE("ask prints the answer alone on standard output", "[cli]") {
  fake::Room room;
  room.replies = {fake::chat({"Hello", " you"})};
  const auto ran = ask(room, {"-m", "m", "say", "hello"});
  CHECK(ran.code == 0);
  CHECK(ran.out == "Hello you\n");
  CHECK(ran.err.empty());
  CHECK(room.requests.at(0).message.target == "/v1/chat/completions");
  CHECK(body_of(room)["model"].equals("m"));
  CHECK(body_of(room)["stream"].boolean() == true);
  CHECK(llmgw::json::View(*body_of(room)["messages"].elements().begin())["content"].equals("say hello"));
}

TEST_CASE("ask puts what the options say into the request", "[cli]") {
  fake::Room room;
  room.replies = {fake::chat({"x"})};
  const auto ran = ask(room, {"-m", "m", "hi", "-s", "Be brief", "--max-tokens", "7", "--temperature", "0.5", "--stop",
                              "a", "--stop", "b", "--seed", "3", "-O", "top_k=4", "-O", "user=me"});
  REQUIRE(ran.code == 0);
  const auto body = body_of(room);
  CHECK(body["temperature"].number() == 0.5);
  CHECK(body["seed"].integer() == 3);
  CHECK(body["stop"].raw() == R"(["a","b"])");
  CHECK(body["top_k"].integer() == 4);
  CHECK(body["user"].equals("me"));
  CHECK(room.requests[0].message.body.contains("Be brief"));
  CHECK(room.requests[0].message.body.contains(":7"));
}

TEST_CASE("ask speaks Messages with the headers of that format", "[cli]") {
  fake::Room room;
  room.replies = {fake::json(
      R"({"id":"a","type":"message","role":"assistant","model":"c-1","content":[{"type":"text","text":"Hey"}],)"
      R"("stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}})")};
  const auto ran =
      ask(room, {"--api", "messages", "--no-stream", "-m", "c", "hi"}, {.variables = {{"LLMGW_API_KEY", "secret-1"}}});
  CHECK(ran.out == "Hey\n");
  const auto& message = room.requests.at(0).message;
  CHECK(message.target == "/v1/messages");
  CHECK(message.headers.get("x-api-key") == "secret-1");
  CHECK(message.headers.contains("anthropic-version"));
  CHECK_FALSE(message.headers.contains("authorization"));
}

TEST_CASE("ask asks for the only model that is listed, and names several", "[cli]") {
  fake::Room room;
  room.replies = {fake::models({"Only"}), fake::chat({"x"})};
  CHECK(ask(room, {"hi"}).code == 0);
  CHECK(body_of(room, 1)["model"].equals("Only"));
  fake::Room two;
  two.replies = {fake::models({"A", "B"})};
  const auto ran = ask(two, {"hi"});
  CHECK(ran.code == 2);
  CHECK(ran.err.contains("A, B"));
}

TEST_CASE("ask tries again before the answer begins, and only there", "[cli]") {
  fake::Room room;
  room.replies = {
      {.refused = ask_test::refused()}, fake::json(R"({"error":{"message":"busy"}})", 503), fake::chat({"late"})};
  const auto ran = ask(room, {"-m", "m", "hi"});
  CHECK(ran.code == 0);
  CHECK(ran.out == "late\n");
  CHECK(room.pauses.size() == 2);
  fake::Room broken;
  auto cut = fake::chat({"half"}, "");
  cut.broken = llmgw::fail(llmgw::Errc::network, "connection reset").error();
  broken.replies = {cut, fake::chat({"never"})};
  const auto half = ask(broken, {"-m", "m", "hi"});
  CHECK(half.code != 0);
  CHECK(half.out == "half\n");
  CHECK(broken.requests.size() == 1);
}

TEST_CASE("ask honours Retry-After up to a minute", "[cli]") {
  fake::Room room;
  auto wait = fake::json(R"({"error":{"message":"slow down"}})", 429);
  wait.headers.emplace_back("retry-after", "7");
  auto long_wait = wait;
  long_wait.headers.back().second = "3600";
  room.replies = {wait, long_wait};
  const auto ran = ask(room, {"-m", "m", "hi"});
  CHECK(ran.code == 6);
  REQUIRE(room.pauses.size() == 1);
  CHECK(room.pauses[0] == llmgw::net::milliseconds(7000));
}

TEST_CASE("ask waits until the date that Retry-After names", "[cli]") {
  auto wait = fake::json(R"({"error":{"message":"slow down"}})", 503);
  wait.headers.emplace_back("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT");
  fake::Room past;
  past.replies = {wait, fake::chat({"hello"})};
  CHECK(ask(past, {"-m", "m", "hi"}).code == 0);
  REQUIRE(past.pauses.size() == 1);
  CHECK(past.pauses[0] == llmgw::net::milliseconds(0));

  fake::Room far;
  wait.headers.back().second = "Fri, 31 Dec 9999 23:59:59 GMT";
  far.replies = {wait, fake::chat({"never"})};
  CHECK(ask(far, {"-m", "m", "hi"}).code == 7);
  CHECK(far.pauses.empty());
}

TEST_CASE("ask ends with the code of what went wrong", "[cli]") {
  struct Case {
    fake::Reply reply;
    int code;
  };
  const std::vector<Case> cases{
      {fake::json(R"({"error":{"message":"no","code":"invalid_api_key"}})", 401), 4},
      {fake::json(R"({"error":{"message":"no"}})", 403), 4},
      {fake::json(R"({"error":{"message":"no"}})", 404), 5},
      {fake::json(R"({"error":{"message":"no"}})", 402), 6},
      {fake::json(R"({"error":{"message":"no"}})", 429), 6},
      {fake::json(R"({"error":{"message":"no"}})", 500), 7},
      {fake::json("not json"), 7},
      {fake::chat({"cut"}, ""), 7},
      {{.refused = ask_test::refused()}, 8},
      {fake::json(R"({"error":{"message":"no"}})", 400), 9},
      {fake::json(R"({"error":{"message":"no"}})", 422), 9},
  };
  for (const auto& [reply, code] : cases) {
    fake::Room room;
    room.replies = {reply};
    const auto ran = ask(room, {"--retries", "0", "-m", "m", "hi"});
    INFO(reply.status << " " << ran.err);
    CHECK(ran.code == code);
    CHECK(ran.err.starts_with("llmgw: error: "));
  }
}

TEST_CASE("ask tells failures as one JSON object where JSON was asked for", "[cli]") {
  fake::Room room;
  auto denied = fake::json(R"({"error":{"message":"bad key","code":"invalid_api_key"}})", 401);
  denied.headers.emplace_back("x-request-id", "r9");
  room.replies = {denied};
  const auto ran = ask(room, {"-m", "m", "-o", "json", "hi"});
  CHECK(ran.out.empty());
  const auto json = llmgw::json::parse(ran.err);
  REQUIRE(json);
  const auto error = (*json)["error"];
  CHECK(error["class"].equals("auth"));
  CHECK(error["exit_code"].integer() == 4);
  CHECK(error["http_status"].integer() == 401);
  CHECK(error["code"].equals("invalid_api_key"));
  CHECK(error["request_id"].equals("r9"));
}

TEST_CASE("ask prints JSON with usage and finish reason, and a line for each step", "[cli]") {
  fake::Room room;
  room.replies = {fake::chat({"a", "b"})};
  const auto ran = ask(room, {"-m", "m", "--json", "hi"});
  const auto json = llmgw::json::parse(ran.out);
  REQUIRE(json);
  CHECK((*json)["text"].equals("ab"));
  CHECK((*json)["resolved_model"].equals("m-1"));
  CHECK((*json)["finish_reason"].equals("stop"));
  CHECK((*json)["usage"]["output"].integer() == 2);
  room.replies = {fake::chat({"a", "b"})};
  const auto lines = ask(room, {"-m", "m", "-o", "jsonl", "hi"});
  CHECK(lines.out.starts_with(
      "{\"type\":\"start\",\"id\":\"c\",\"model\":\"m-1\"}\n{\"type\":\"text\",\"text\":\"a\"}\n"));
  CHECK(lines.out.contains("{\"type\":\"end\","));
}

TEST_CASE("an answer that its server broke off is an error, however complete it looks", "[cli]") {
  for (const std::string finish : {"abort", "error", "insufficient_system_resource"}) {
    fake::Room room;
    room.replies = {fake::chat({"half"}, finish)};
    const auto ran = ask(room, {"-m", "m", "hi"});
    CHECK(ran.code == 7);
    CHECK(ran.out == "half\n");
    CHECK(ran.err.contains(finish));
  }
}

TEST_CASE("an answer that is cut is told of on standard error", "[cli]") {
  for (const std::string finish : {"length", "content_filter"}) {
    fake::Room room;
    room.replies = {fake::chat({"half"}, finish), fake::chat({"half"}, finish), fake::chat({"half"}, finish)};
    const auto ran = ask(room, {"-m", "m", "hi"});
    CHECK(ran.code == 0);
    CHECK(ran.out == "half\n");
    CHECK(ran.err.starts_with("llmgw: warning: "));
    CHECK(ask(room, {"-m", "m", "-q", "hi"}).err.empty());
    CHECK_FALSE(ask(room, {"-m", "m", "--fail-on", finish, "hi"}).err.contains("warning"));
  }
}

TEST_CASE("a key that the server quotes is not shown", "[cli]") {
  fake::Room room;
  room.replies = {
      fake::json(R"({"error":{"message":"Received API Key = topsecretvalue123","code":"topsecretvalue123"}})", 401)};
  const auto ran = ask(room, {"-m", "m", "hi"}, {.variables = {{"LLMGW_API_KEY", "topsecretvalue123"}}});
  CHECK(ran.code == 4);
  CHECK_FALSE(ran.err.contains("topsecretvalue123"));
}

TEST_CASE("the lines of an answer that breaks off end with its error", "[cli]") {
  fake::Room room;
  auto cut = fake::chat({"half"}, "");
  cut.broken = llmgw::fail(llmgw::Errc::network, "connection reset").error();
  room.replies = {cut};
  const auto ran = ask(room, {"-m", "m", "-o", "jsonl", "hi"});
  CHECK(ran.code == 8);
  const auto last = ran.out.substr(ran.out.rfind('\n', ran.out.size() - 2) + 1);
  const auto json = llmgw::json::parse(last);
  REQUIRE(json);
  CHECK((*json)["type"].equals("error"));
  CHECK((*json)["error"]["class"].equals("network"));
  CHECK((*json)["error"]["exit_code"].integer() == 8);
  CHECK((*json)["error"]["message"].is_string());
}

TEST_CASE("a refused request is a line, too, and an interrupted one says so", "[cli]") {
  fake::Room room;
  room.replies = {fake::json(R"({"error":{"message":"no","code":"invalid_api_key"}})", 401)};
  const auto refused = ask(room, {"-m", "m", "-o", "jsonl", "hi"});
  CHECK(refused.code == 4);
  CHECK(refused.out.starts_with(R"({"type":"error","error":{"class":"auth","exit_code":4,"http_status":401,)"));
  fake::Room left;
  left.replies = {fake::chat({"a"})};
  left.signal = 2;
  const auto interrupted = ask(left, {"-m", "m", "-o", "jsonl", "hi"});
  CHECK(interrupted.code == 130);
  CHECK(interrupted.out.contains(R"({"type":"error","error":{"class":"interrupted","exit_code":130,)"));
}

TEST_CASE("JSON holds what a model said when it refused", "[cli]") {
  fake::Room room;
  room.replies = {fake::json(R"({"id":"c","model":"m","choices":[{"index":0,"finish_reason":"stop",)"
                             R"("message":{"role":"assistant","content":null,"refusal":"I will not"}}]})")};
  const auto ran = ask(room, {"-m", "m", "--json", "--no-stream", "hi"});
  CHECK(llmgw::json::trusted(ran.out)["refusal"].equals("I will not"));
  CHECK(llmgw::json::trusted(ran.out)["text"].equals(""));
}

TEST_CASE("of several answers ask prints the first, in every format", "[cli]") {
  auto reply = fake::chat({"first"});
  reply.pieces.insert(reply.pieces.begin() + 1,
                      "data: {\"id\":\"c\",\"choices\":[{\"index\":1,\"delta\":{\"content\":\"other\"}}]}\n\n");
  for (const std::string format : {"text", "json", "jsonl"}) {
    fake::Room room;
    room.replies = {reply};
    const auto ran = ask(room, {"-m", "m", "-o", format, "-O", "n=2", "hi"});
    CHECK(ran.out.contains("first"));
    CHECK_FALSE(ran.out.contains("other"));
  }
}

TEST_CASE("a redirect is told and not followed", "[cli]") {
  fake::Room room;
  auto reply = fake::json("", 302);
  reply.headers.emplace_back("location", "https://elsewhere.example/");
  room.replies = {reply};
  const auto ran = ask(room, {"-m", "m", "hi"});
  CHECK(ran.code == 7);
  CHECK(ran.err.starts_with("llmgw: error: the server redirects to https://elsewhere.example/\n"));
  CHECK(room.requests.size() == 1);
}

TEST_CASE("times count from the moment before the request's last byte left", "[cli]") {
  fake::Room room;
  auto reply = fake::chat({"Hello", " you"});
  reply.sent_ns = llmgw::SystemClock().now_ns() - 500'000'000;
  room.replies = {reply};
  const auto ran = ask(room, {"-m", "m", "hi", "--json"});
  const auto timing = llmgw::json::trusted(ran.out)["timing"];
  CHECK(timing["ttft_ms"].number() >= 500);
  CHECK(timing["ttft_content_ms"].number() >= 500);
  CHECK(timing["total_ms"].number() >= timing["ttft_ms"].number());
}

TEST_CASE("a tool call that comes whole in one event is one token event", "[cli]") {
  fake::Room room;
  auto reply = fake::chat({"x"}, "tool_calls");
  reply.pieces[0] =
      "data: "
      "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"t\","
      "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}\n\n";
  room.replies = {reply};
  const auto ran = ask(room, {"-m", "m", "hi", "--json"});
  CHECK(llmgw::json::trusted(ran.out)["timing"]["itl_p50_ms"].raw() == "null");
}

TEST_CASE("a connection that breaks behind a complete answer takes nothing from it", "[cli]") {
  fake::Room room;
  auto reply = fake::chat({"Hello"});
  reply.broken = ask_test::refused();
  room.replies = {reply};
  const auto ran = ask(room, {"-m", "m", "hi"});
  CHECK(ran.code == 0);
  CHECK(ran.out == "Hello\n");
  CHECK(ran.err.empty());
}

TEST_CASE("--fail-on turns an unusable end into exit 9 after the answer", "[cli]") {
  fake::Room room;
  room.replies = {fake::chat({"long"}, "length"), fake::chat({"long"}, "length")};
  const auto ran = ask(room, {"-m", "m", "--fail-on", "content_filter,length", "hi"});
  CHECK(ran.code == 9);
  CHECK(ran.out == "long\n");
  CHECK(ask(room, {"-m", "m", "hi"}).code == 0);
  CHECK(ask(room, {"-m", "m", "--fail-on", "nonsense", "hi"}).code == 2);
}

TEST_CASE("an interrupted answer ends its line and exits as shells expect", "[cli]") {
  fake::Room room;
  room.signal = 2;
  auto cut = fake::chat({"half"}, "");
  cut.broken = llmgw::fail(llmgw::Errc::cancelled, "cancelled").error();
  room.replies = {cut};
  const auto ran = ask(room, {"-m", "m", "hi"});
  CHECK(ran.code == 130);
  CHECK(ran.out == "half\n");
  CHECK(ran.err.empty());
}

TEST_CASE("ask adds standard input behind the prompt", "[cli]") {
  fake::Room room;
  room.replies = {fake::chat({"x"}), fake::chat({"x"}), fake::chat({"x"})};
  CHECK(ask(room, {"-m", "m", "sum", "up"}, {.input = "the text"}).code == 0);
  CHECK(room.requests[0].message.body.contains("sum up\\n\\nthe text"));
  CHECK(ask(room, {"-m", "m"}, {.input = "only this"}).code == 0);
  CHECK(room.requests[1].message.body.contains("\"only this\""));
  CHECK(ask(room, {"-m", "m", "--stdin", "never", "just me"}, {.input = "not this"}).code == 0);
  CHECK_FALSE(room.requests[2].message.body.contains("not this"));
}

TEST_CASE("a pipe that says nothing is not waited for beside a prompt", "[cli]") {
  fake::Room room;
  room.replies = {fake::chat({"x"})};
  const auto ran = ask(room, {"-m", "m", "hi"}, {.silent_input = true});
  CHECK(ran.code == 0);
  CHECK(ran.err.contains("stdin is open but silent"));
  room.replies = {fake::chat({"x"})};
  CHECK(ask(room, {"-m", "m", "hi", "--quiet"}, {.silent_input = true}).err.empty());
}

TEST_CASE("without any prompt ask says how to give one", "[cli]") {
  fake::Room room;
  const auto ran = ask(room, {"-m", "m"}, {.input_kind = llmgw::cli::InputKind::terminal});
  CHECK(ran.code == 2);
  CHECK(ran.err.contains("there is no prompt"));
  CHECK(ask(room, {"-m", "m", "--max-stdin", "3"}, {.input = "four"}).code == 9);
  CHECK(room.requests.empty());
}

TEST_CASE("control characters of an answer do not reach a terminal", "[cli]") {
  fake::Room room;
  room.replies = {fake::chat({"a\\u001b[31mb\\u009b2Jc\\u0007d\\n\\te"}), fake::chat({"a\\u001b[0mb"})};
  CHECK(ask(room, {"-m", "m", "hi"}, {.terminal = true}).out == "a[31mb2Jcd\n\te\n");
  CHECK(ask(room, {"-m", "m", "hi"}).out == "a\x1b[0mb\n");
}
