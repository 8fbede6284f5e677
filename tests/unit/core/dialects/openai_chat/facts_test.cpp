#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "core/dialects/dialect.h"

namespace chat_facts {

using namespace llmgw;

Result<ir::Facts> facts(const std::string& body) { return dialect::openai_chat.facts(*json::parse(body)); }

std::string patched(const std::string& body, const ir::Changes& changes) {
  return dialect::openai_chat.patch(*json::parse(body), changes);
}

TEST_CASE("chat facts read the top level", "[dialects][chat]") {
  const auto read = facts(R"({"model":"m","stream":true,"max_tokens":9,"max_completion_tokens":7,"tools":[{}],)"
                          R"("stream_options":{"include_usage":false},"messages":"not looked at"})");
  REQUIRE(read);
  CHECK(read->model == "m");
  CHECK(read->stream);
  CHECK(read->max_output == 7);
  CHECK(read->include_usage == false);
  CHECK(read->has_tools);
}

TEST_CASE("chat facts take null for absent", "[dialects][chat]") {
  const auto read = facts(R"({"model":"m","stream":null,"max_tokens":null,"stream_options":null,"tools":[]})");
  REQUIRE(read);
  CHECK_FALSE(read->stream);
  CHECK_FALSE(read->max_output);
  CHECK_FALSE(read->include_usage);
  CHECK_FALSE(read->has_tools);
}

TEST_CASE("chat facts name the field that is wrong", "[dialects][chat]") {
  const auto [body, param] = GENERATE(table<std::string, std::string>({
      {R"({"messages":[]})", "model"},
      {R"({"model":1})", "model"},
      {R"({"model":""})", "model"},
      {R"({"model":"m","stream":"yes"})", "stream"},
      {R"({"model":"m","max_tokens":"9"})", "max_tokens"},
      {R"({"model":"m","max_tokens":1.5})", "max_tokens"},
      {R"({"model":"m","stream_options":{"include_usage":1}})", "stream_options.include_usage"},
      {R"([])", ""},
  }));
  const auto read = facts(body);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Errc::invalid_request);
  CHECK(read.error().param == param);
}

TEST_CASE("chat patch changes what it is told and no other byte", "[dialects][chat]") {
  const std::string body = R"({ "model":"a",  "x":1e-7,"max_tokens": 100 ,"messages":[ ]})";
  CHECK(patched(body, {}) == body);
  CHECK(patched(body, {.model = "b", .max_output = 50}) ==
        R"({ "model":"b",  "x":1e-7,"max_tokens": 50 ,"messages":[ ]})");
  CHECK(patched(R"({"model":"a","max_tokens":9,"max_completion_tokens":8})", {.model = {}, .max_output = 5}) ==
        R"({"model":"a","max_tokens":5,"max_completion_tokens":5})");
  CHECK(patched(R"({"model":"a"})", {.model = {}, .max_output = 5}) == R"({"model":"a"})");
}

TEST_CASE("chat patch asks for usage only where the client left it open", "[dialects][chat]") {
  ir::Changes ask;
  ask.ask_usage = true;
  const auto [before, after] = GENERATE(table<std::string, std::string>({
      {R"({"stream":true})", R"({"stream":true,"stream_options":{"include_usage":true}})"},
      {R"({"stream":true,"stream_options":null})", R"({"stream":true,"stream_options":{"include_usage":true}})"},
      {R"({"stream":true,"stream_options":{}})", R"({"stream":true,"stream_options":{"include_usage":true}})"},
      {R"({"stream":true,"stream_options":{"include_usage":false}})",
       R"({"stream":true,"stream_options":{"include_usage":false}})"},
      {R"({"stream":true,"stream_options":{"include_usage":true}})",
       R"({"stream":true,"stream_options":{"include_usage":true}})"},
      {R"({"stream":false})", R"({"stream":false})"},
      {R"({})", R"({})"},
  }));
  CHECK(patched(before, ask) == after);
}

TEST_CASE("chat patch switches reasoning off in the template and leaves no effort behind", "[dialects][chat]") {
  ir::Changes off;
  off.reasoning_off = true;
  CHECK(patched(R"({"model":"m","reasoning_effort":"high"})", off) == R"({"model":"m"})");
  off.template_switch = true;
  CHECK(patched(R"({"model":"m","reasoning_effort":"high"})", off) ==
        R"({"model":"m","chat_template_kwargs":{"thinking":false,"enable_thinking":false}})");
  CHECK(patched(R"({"chat_template_kwargs":{"enable_thinking":true,"other":1}})", off) ==
        R"({"chat_template_kwargs":{"enable_thinking":false,"other":1,"thinking":false}})");
}

}  // namespace chat_facts
