#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <filesystem>

#include "core/base/base64.h"
#include "core/base/files.h"
#include "core/base/ids.h"
#include "core/http/inflate.h"
#include "core/http/parser.h"
#include "core/ir/answer.h"
#include "core/json/view.h"
#include "support/proxy/sim_client.h"

using namespace llmgw;
using namespace llmgw::test;

TEST_CASE("sim answers Chat and Messages, streamed and whole, with the same words", "[sim]") {
  const Sim sim;
  for (const auto api : {Api::chat, Api::messages}) {
    const auto streamed = sim.ask(api, "reasoning=4, out-len=9", true);
    const auto whole = sim.ask(api, "reasoning=4, out-len=9", false);
    REQUIRE(streamed.status == 200);
    REQUIRE(whole.status == 200);
    const auto from_stream = streamed.collected();
    const auto from_whole = whole.collected();
    CHECK(from_stream.complete);
    CHECK(from_stream.text().size() > 9);
    CHECK_FALSE(from_stream.reasoning().empty());
    CHECK(from_stream.usage->output_total == 13);
    CHECK(from_whole.usage->output_total == 13);
    CHECK(from_whole.choices.at(0).finish == ir::FinishReason::stop);
  }
}

TEST_CASE("sim answers equal requests with equal bytes under one seed", "[sim]") {
  const Sim first;
  const Sim second;
  const auto script = "tool-calls=auto, ttft=1ms+-1ms:lognormal";
  const auto bytes = first.ask(Api::chat, script, true, "x-request-id: r1\r\n").body;
  CHECK(second.ask(Api::chat, script, true, "x-request-id: r1\r\n").body == bytes);
  CHECK(second.ask(Api::chat, script, true, "x-request-id: r2\r\n").body != bytes);
  Sim::Options other;
  other.seed = 2;
  CHECK(Sim(other).ask(Api::chat, script, true, "x-request-id: r1\r\n").body != bytes);
}

TEST_CASE("sim fails with the status asked for, in the client's envelope", "[sim]") {
  const Sim sim;
  const auto status = GENERATE(400, 401, 403, 404, 408, 413, 429, 500, 502, 503, 504, 529);
  const auto script = "retry-after=7, status=" + std::to_string(status);
  const auto chat = sim.ask(Api::chat, script, true);
  CHECK(chat.status == status);
  CHECK(chat.header("retry-after") == "7");
  CHECK(chat.body.starts_with(R"({"error":{"message":)"));
  const auto messages = sim.ask(Api::messages, script, true);
  CHECK(messages.status == status);
  CHECK(messages.body.starts_with(R"({"type":"error","error":{"type":)"));
}

TEST_CASE("sim answers errors as servers do: HTML, wrong type, under 200, by redirect", "[sim]") {
  const Sim sim;
  const auto page = sim.ask(Api::chat, "html", true);
  CHECK(page.status == 502);
  CHECK(page.header("content-type") == "text/html");
  CHECK(page.body.starts_with("<html>"));
  CHECK(sim.ask(Api::chat, "html, status=404", true).status == 404);
  CHECK(sim.ask(Api::chat, "html, status=200", true).body.starts_with("<html>"));
  CHECK(sim.ask(Api::chat, "html, status=200", true).status == 200);
  const auto hidden = sim.ask(Api::messages, "error-body", false);
  CHECK(hidden.status == 200);
  CHECK(hidden.body.starts_with(R"({"type":"error")"));
  CHECK(sim.ask(Api::chat, "content-type=text/plain", true).header("content-type") == "text/plain");
  const auto moved = sim.ask(Api::chat, "redirect=http://127.0.0.1:1/", true);
  CHECK(moved.status == 307);
  CHECK(moved.header("location") == "http://127.0.0.1:1/");
}

TEST_CASE("sim compresses streams and whole answers", "[sim]") {
  const Sim sim;
  const bool streamed = GENERATE(true, false);
  const auto answer = sim.ask(Api::chat, "gzip", streamed);
  CHECK(answer.header("content-encoding") == "gzip");
  http::Inflater inflater;
  std::string plain;
  REQUIRE(inflater.feed(answer.body, plain, std::size_t{1} << 20U));
  CHECK(inflater.complete());
  CHECK((streamed ? plain.ends_with("data: [DONE]\n\n") : plain.ends_with("}")));
}

TEST_CASE("sim refuses a wrong key and leaves the probes open", "[sim]") {
  Sim::Options options;
  options.key = "sk-sim";
  const Sim sim(options);
  CHECK(sim.ask(Api::chat, "", false).status == 401);
  CHECK(sim.ask(Api::chat, "", false, "authorization: Bearer sk-sim\r\n").status == 200);
  CHECK(sim.ask(Api::messages, "", false, "x-api-key: sk-sim\r\n").status == 200);
  CHECK(sim.get("/v1/models").status == 401);
  CHECK(sim.get("/health").status == 200);
  CHECK(sim.get("/metrics").status == 200);
}

TEST_CASE("sim lists its models in the client's format", "[sim]") {
  Sim::Options options;
  options.models = {"a", "b/c"};
  const Sim sim(options);
  CHECK(sim.get("/v1/models").body.find(R"("object":"list","data":[{"id":"a")") != std::string::npos);
  CHECK(sim.get("/v1/models", "anthropic-version: 2023-06-01\r\n").body.find(R"("last_id":"b/c")") !=
        std::string::npos);
  CHECK(sim.get("/v1/models/b/c").body.find(R"("max_model_len":32768)") != std::string::npos);
  CHECK(sim.get("/v1/models/nope").status == 404);
  CHECK(sim.get("/v1/nothing").status == 404);
}

TEST_CASE("sim counts tokens and refuses a prompt over the context", "[sim]") {
  Sim::Options options;
  options.settings = {{"max-model-len", "4"}};
  const Sim sim(options);
  CHECK(sim.post("/tokenize", R"({"prompt":"hello world"})").body.starts_with(R"({"count":4,)"));
  CHECK(sim.post("/v1/messages/count_tokens", R"({"messages":[{"role":"user","content":"hi"}]})")
            .body.starts_with(R"({"input_tokens":)"));
  CHECK(sim.post("/v1/messages/count_tokens", "{}").status == 400);
  const auto full = sim.post("/v1/chat/completions",
                             R"({"model":"m","messages":[{"role":"user","content":"far too many words for it"}]})");
  CHECK(full.status == 400);
  CHECK(full.body.find("context_length_exceeded") != std::string::npos);
}

TEST_CASE("sim embeds texts and tokens, as numbers and in base64", "[sim]") {
  const Sim sim;
  const auto answer = sim.post("/v1/embeddings", R"({"model":"m","input":["a b",[1,2,3]],"dimensions":8})");
  REQUIRE(answer.status == 200);
  const auto root = *json::parse(answer.body);
  CHECK(root["model"].equals("m"));
  CHECK(root["data"][std::size_t{1}]["index"].integer() == 1);
  const auto vector = root["data"][std::size_t{1}]["embedding"];
  CHECK(static_cast<bool>(vector[std::size_t{7}]));
  CHECK_FALSE(static_cast<bool>(vector[std::size_t{8}]));
  CHECK(root["usage"]["prompt_tokens"].integer() == 4);
  CHECK(sim.post("/v1/embeddings", R"({"model":"m","input":["a b",[1,2,3]],"dimensions":8})").body == answer.body);
  const auto packed = sim.post("/v1/embeddings", R"({"input":"a b","dimensions":8,"encoding_format":"base64"})");
  const auto text = (*json::parse(packed.body))["data"][std::size_t{0}]["embedding"].string();
  REQUIRE(text);
  CHECK(text->size() % 4 == 0);
  CHECK(from_base64(*text)->size() == 32);
  for (const auto* wrong : {"{", "{}", R"({"input":[]})", R"({"input":[{}]})", R"({"input":"a","dimensions":0})",
                            R"({"input":"a","encoding_format":"x"})"}) {
    CAPTURE(wrong);
    CHECK(sim.post("/v1/embeddings", wrong).status == 400);
  }
}

TEST_CASE("sim ranks by the words that texts share, the best first", "[sim]") {
  const Sim sim;
  const auto answer = sim.post(
      "/v1/rerank",
      R"({"model":"m","query":"red fish","documents":["a blue bird",{"text":"the fish is red"},"a fish"],"top_n":2})");
  REQUIRE(answer.status == 200);
  const auto results = (*json::parse(answer.body))["results"];
  CHECK_FALSE(static_cast<bool>(results[std::size_t{2}]));
  CHECK(results[std::size_t{0}]["index"].integer() == 1);
  CHECK(results[std::size_t{1}]["index"].integer() == 2);
  CHECK(results[std::size_t{0}]["document"]["text"].equals("the fish is red"));
  CHECK(*results[std::size_t{0}]["relevance_score"].number() > *results[std::size_t{1}]["relevance_score"].number());
  for (const auto* wrong : {"{}", R"({"query":"a"})", R"({"query":"a","documents":[1]})"}) {
    CHECK(sim.post("/v1/rerank", wrong).status == 400);
  }
}

TEST_CASE("sim refuses what is no request", "[sim]") {
  const Sim sim;
  CHECK(sim.post("/v1/chat/completions", "{").status == 400);
  CHECK(sim.post("/v1/messages", R"({"model":"m"})").status == 400);
  const auto wrong = sim.ask(Api::chat, "bogus", false);
  CHECK(wrong.status == 400);
  CHECK(wrong.body.find("unknown setting") != std::string::npos);
}

TEST_CASE("sim plays a scripted tool loop in both formats", "[sim]") {
  Sim::Options options;
  options.scenario = std::string(LLMGW_SOURCE_DIR) + "/examples/sim/tool_loop.toml";
  const Sim sim(options);
  const auto chat_call = sim.post("/v1/chat/completions", R"({"model":"m","messages":[
      {"role":"user","content":"What does the note say?"}],
      "tools":[{"type":"function","function":{"name":"Read","parameters":{}}}]})");
  CHECK(chat_call.body.find(R"("name":"Read")") != std::string::npos);
  const auto messages_end = sim.post("/v1/messages", R"({"model":"m","max_tokens":100,"messages":[
      {"role":"user","content":"What does the note say?"},
      {"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"Read","input":{}}]},
      {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"buy milk"}]}],
      "tools":[{"name":"Read","input_schema":{"type":"object"}}]})");
  CHECK(messages_end.body.find("The note says: buy milk") != std::string::npos);
  CHECK(messages_end.body.find(R"("stop_reason":"end_turn")") != std::string::npos);
}

TEST_CASE("sim writes down what it sent and when", "[sim]") {
  const auto path = std::filesystem::temp_directory_path() / ("llmgw-truth-" + std::to_string(random_seed()));
  Sim::Options options;
  options.truth = path.string();
  {
    const Sim sim(options);
    sim.ask(Api::chat, "out-len=3, ttft=2ms, itl=1ms", true, "x-request-id: one\r\n");
    sim.ask(Api::chat, "status=500", true, "x-request-id: two\r\n");
  }
  const auto lines = read_file(path.string());
  std::filesystem::remove(path);
  REQUIRE(lines);
  const auto first = json::parse(std::string_view(*lines).substr(0, lines->find('\n')));
  REQUIRE(first);
  CHECK((*first)["id"].equals("one"));
  CHECK((*first)["completion_tokens"].integer() == 3);
  const auto arrival = (*first)["arrival_ns"].integer().value_or(0);
  CHECK((*first)["first_token_sched_ns"].integer() == arrival + 2'000'000);
  std::int64_t tokens = 0;
  for (const auto sent : (*first)["sent"].elements()) {
    std::vector<std::int64_t> fields;
    for (const auto field : sent.elements()) fields.push_back(field.integer().value_or(-1));
    REQUIRE(fields.size() == 4);
    CHECK(fields[1] >= fields[0]);  // never early
    tokens += fields[2];
  }
  CHECK(tokens == 3);
  CHECK(lines->find(R"("id":"two","api":"openai-chat")") != std::string::npos);
  CHECK(lines->find(R"("fault":"status=500")") != std::string::npos);
}

TEST_CASE("sim's metrics have vLLM's names", "[sim]") {
  const Sim sim;
  sim.ask(Api::chat, "out-len=5", true);
  const auto page = sim.get("/metrics").body;
  CHECK(page.find("vllm:generation_tokens_total{engine=\"0\",model_name=\"llmgw-sim\"} 5\n") != std::string::npos);
  CHECK(page.find("finished_reason=\"stop\"} 1\n") != std::string::npos);
  CHECK(page.find("vllm:time_to_first_token_seconds_count{engine=\"0\",model_name=\"llmgw-sim\"} 1\n") !=
        std::string::npos);
  CHECK(page.find("vllm:inter_token_latency_seconds_count{engine=\"0\",model_name=\"llmgw-sim\"} 4\n") !=
        std::string::npos);
}

TEST_CASE("sim draws faults for each request", "[sim]") {
  Sim::Options options;
  options.faults = {{"status=503", 0.5}};
  const Sim sim(options);
  int failed = 0;
  for (int i = 0; i < 60; ++i) failed += sim.ask(Api::chat, "", false).status == 503 ? 1 : 0;
  CHECK(failed > 10);
  CHECK(failed < 50);
}
