#include "proxy/health/backend.h"

#include <catch2/catch_test_macros.hpp>

namespace backend_test {

using namespace llmgw;

config::Model model(std::string name, std::string base, std::string provider = "openai_compatible") {
  config::Model made;
  made.name = std::move(name);
  made.params.api_base = std::move(base);
  made.params.provider = std::move(provider);
  made.params.api_key = Secret("sk-one");
  return made;
}

std::vector<std::shared_ptr<proxy::Backend>> found(std::vector<config::Model> models) {
  config::Config config;
  config.models = std::move(models);
  const auto snapshot = proxy::make_snapshot(std::move(config), Secret());
  REQUIRE(snapshot);
  return proxy::find_backends(**snapshot);
}

TEST_CASE("rows that lead to one server with one key are asked after once", "[health]") {
  auto served = model("a", "http://gpu:8000");
  served.params.model = "Qwen/Qwen3";
  const auto backends = found({served, model("b", "http://gpu:8000/v1"), model("*", "http://gpu:8000")});
  REQUIRE(backends.size() == 1);
  const auto& one = *backends.front();
  CHECK(one.models == std::vector<std::string>{"a", "b", "*"});
  CHECK(one.options.expectations.models == std::vector<std::string>{"Qwen/Qwen3", "b"});
  CHECK(one.target.name == "openai_compatible@gpu:8000");
  CHECK(one.target.root_path.empty());
  CHECK(one.target.api_path == "/v1");
  CHECK(one.target.kind == nullptr);
}

TEST_CASE("servers that differ have names that differ", "[health]") {
  auto other_key = model("c", "http://gpu:8000/team");
  other_key.params.api_key = Secret("sk-two");
  const auto backends =
      found({model("a", "http://gpu:8000"), model("b", "http://gpu:8000/team"), other_key, model("d", "http://x:1")});
  REQUIRE(backends.size() == 4);
  for (const auto& one : backends) {
    for (const auto& another : backends) CHECK((one == another || one->target.name != another->target.name));
    CHECK(one->standing.name == one->target.name);
  }
  CHECK(backends[3]->target.name == "openai_compatible@x:1");
  CHECK(backends[1]->target.root_path == "/team");
}

TEST_CASE("the configuration tells kind, scale to zero and the time limit", "[health]") {
  auto engine = model("a", "http://gpu:8000", "vllm");
  engine.watched.scale_to_zero = true;
  auto named = model("b", "http://gpu:9000");
  named.kind = "sglang";
  const auto backends = found({engine, named, model("c", "", "openai")});
  CHECK(backends[0]->target.kind == health::find_kind("vllm"));
  CHECK(backends[0]->target.scale_to_zero);
  CHECK(backends[0]->options.timeout == std::chrono::seconds(30));
  CHECK(backends[1]->target.kind == health::find_kind("sglang"));
  CHECK(backends[2]->target.kind == health::find_kind("openai"));
  CHECK(backends[2]->target.endpoint.host == "api.openai.com");
}

TEST_CASE("where clients bring their own keys nothing is asked that needs one", "[health]") {
  auto forwarding = model("a", "http://gpu:8000");
  forwarding.params.api_key = Secret("client");
  const auto backends = found({forwarding});
  CHECK(backends[0]->target.key.empty());
  CHECK_FALSE(backends[0]->options.selection.takes(*health::find_check("auth")));
  CHECK_FALSE(backends[0]->options.selection.takes(*health::find_check("models")));
  CHECK(backends[0]->options.selection.takes(*health::find_check("ready")));
}

TEST_CASE("a row without a key and one with the clients' keys are asked apart", "[health]") {
  auto keyless = model("a", "http://gpu:8000");
  keyless.params.api_key = Secret();
  auto forwarding = model("b", "http://gpu:8000");
  forwarding.params.api_key = Secret("client");
  for (const auto& rows : {std::vector{keyless, forwarding}, std::vector{forwarding, keyless}}) {
    const auto backends = found(rows);
    REQUIRE(backends.size() == 2);
    CHECK_FALSE(proxy::same_server(*backends[0], *backends[1]));
    for (const auto& one : backends) {
      const bool forwards = one->models == std::vector<std::string>{"b"};
      CHECK(one->options.selection.takes(*health::find_check("models")) != forwards);
    }
  }
}

TEST_CASE("a failed request by any provider's name makes the server suspect", "[health]") {
  auto renamed = model("b", "http://gpu:8000");
  renamed.kind = "vllm";
  const auto backends = found({model("a", "http://gpu:8000", "vllm"), renamed});
  REQUIRE(backends.size() == 1);
  CHECK(backends[0]->labels == std::vector<std::string>{"vllm@gpu:8000", "openai_compatible@gpu:8000"});
}

TEST_CASE("a server keeps its name when one of the same address is added behind it", "[health]") {
  const auto with_key = [](std::string name, std::string base, std::string_view key) {
    auto made = model(std::move(name), std::move(base));
    made.params.api_key = Secret(std::string(key));
    return made;
  };
  std::vector rows{model("a", "http://gpu:8000")};
  CHECK(found(rows)[0]->target.name == "openai_compatible@gpu:8000");
  rows.push_back(model("b", "http://gpu:8000/team"));
  rows.push_back(with_key("c", "http://gpu:8000", "sk-two"));
  rows.push_back(with_key("d", "http://gpu:8000/team", "sk-two"));
  std::vector<std::string> names;
  for (const auto& one : found(rows)) names.push_back(one->target.name);
  CHECK(names == std::vector<std::string>{"openai_compatible@gpu:8000", "openai_compatible@gpu:8000/team/v1",
                                          "openai_compatible@gpu:8000#2", "openai_compatible@gpu:8000/team/v1#2"});
}

TEST_CASE("the address of a unix socket is written as it is read", "[health]") {
  auto row = model("a", "unix:/p.sock");
  CHECK(found({row})[0]->target.url == "unix:/p.sock:/v1");
  row.params.version_segment = "";
  CHECK(found({row})[0]->target.url == "unix:/p.sock");
}

}  // namespace backend_test
