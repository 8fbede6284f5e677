#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "../../program.h"
#include "support/path_server.h"

namespace commands_health_test {

using path_server::answer;
using path_server::vllm;

using Server = path_server::Server;

program::Ran health(Server& server, std::vector<std::string> args) {
  args.insert(args.begin(), "health");
  args.insert(args.end(), {"--config", "none"});
  program::Surroundings around;
  around.run_client = [&server](const llmgw::net::ClientWork& work) { return server.work(work); };
  return program::run(args, around);
}

llmgw::Error connection_refused() {
  auto error = llmgw::fail(llmgw::Errc::network, "cannot connect to 127.0.0.1:8000: connection refused").error();
  error.fault = llmgw::NetFault::connect;
  return error;
}

constexpr auto url = "http://127.0.0.1:8000";

TEST_CASE("health checks a URL, tells its kind and exits with 0", "[cli]") {
  auto server = vllm();
  const auto ran = health(server, {url});
  CHECK(ran.code == 0);
  CHECK(ran.out ==
        "TARGET                 KIND  STATE  VERSION  QUEUE  KV   CHECKS  NOTE\n"
        "http://127.0.0.1:8000  vllm  OK     0.24.1   0/1    25%  13/13\n");
  CHECK(server.requests.at(0).endpoint->port == 8000);
}

TEST_CASE("health without a target checks the local proxy", "[cli]") {
  Server server;
  server.replies["/livez"] = {answer(200, "ok")};
  server.replies["/readyz"] = {answer(200, "ok")};
  const auto ran = health(server, {"--level", "1"});
  CHECK(ran.out.contains("llmgw"));
  CHECK(server.requests.at(0).message.target == "/livez");
  CHECK(server.requests.at(0).endpoint->port == 4000);
}

TEST_CASE("a kind before the URL is taken at its word", "[cli]") {
  auto server = vllm();
  CHECK(health(server, {std::string("vllm+") + url}).code == 0);
  CHECK(server.count("/props") == 0);
  const auto wrong = health(server, {std::string("vlm+") + url});
  CHECK(wrong.code == 2);
  CHECK(wrong.err.contains("did you mean vllm?"));
}

TEST_CASE("a target that is down makes health exit with 10, and the report says what to do", "[cli]") {
  Server server;
  llmgw::health::Reply refused;
  refused.error = connection_refused();
  server.replies["/health/liveliness"] = {refused};
  const auto ran = health(server, {url});
  CHECK(ran.code == 10);
  CHECK(ran.out.contains("CRIT"));
  CHECK(ran.out.contains("try: is the server running there"));
}

TEST_CASE("nothing known is exit 12, and limits of the user count", "[cli]") {
  Server server;
  CHECK(health(server, {url, "--level", "1"}).code == 12);
  auto engine = vllm();
  CHECK(health(engine, {url, "--crit", "kv>20%"}).code == 10);
  CHECK(health(engine, {url, "--warn", "kv>20%", "--fail-on", "crit"}).code == 0);
  CHECK(health(engine, {url, "--warn", "kw>20%"}).code == 2);
  CHECK(health(engine, {url, "--expect-version", "("}).code == 2);
  CHECK(health(engine, {url, "--expect-model", "gone"}).code == 10);
}

TEST_CASE("as a plugin health exits with 0 to 3, for its own mistakes too", "[cli]") {
  auto server = vllm();
  const auto ran = health(server, {url, "-o", "nagios", "--crit", "kv>20%"});
  CHECK(ran.code == 2);
  CHECK(ran.out.starts_with("LLMGW CRITICAL - http://127.0.0.1:8000 kv: "));
  CHECK(health(server, {url, "-o", "nagios"}).code == 0);
  CHECK(health(server, {url, "-o", "nagios", "--warn", "kw>1"}).code == 3);
}

TEST_CASE("probes print one line and exit with 0 or 1", "[cli]") {
  auto server = vllm();
  const auto alive = health(server, {std::string("vllm+") + url, "--probe", "liveness"});
  CHECK(alive.code == 0);
  CHECK(alive.out == "ok: vllm+http://127.0.0.1:8000\n");
  CHECK(server.requests.size() == 1);
  server.replies["/health"] = {answer(503, "")};
  const auto started = health(server, {std::string("vllm+") + url, "--probe", "startup"});
  CHECK(started.code == 1);
  CHECK(started.out == "crit: vllm+http://127.0.0.1:8000 live: HTTP 503\n");
  // Its process answers, and its engine has died: only a restart helps.
  CHECK(health(server, {std::string("vllm+") + url, "--probe", "liveness"}).code == 1);
}

TEST_CASE("no probe passes a server that is gone", "[cli]") {
  for (const auto* kind : {"liveness", "readiness", "startup"}) {
    Server server;
    llmgw::health::Reply refused;
    refused.error = connection_refused();
    server.replies["/health/liveliness"] = {refused};
    const auto ran = health(server, {url, "--probe", kind});
    CHECK(ran.code == 1);
    CHECK(ran.out.starts_with("crit: http://127.0.0.1:8000 tcp: cannot connect"));
  }
}

TEST_CASE("until asks again until the state is reached", "[cli]") {
  auto server = vllm();
  server.replies["/health"] = {answer(503, ""), answer(503, ""), answer(200, "")};
  const auto ran = health(server, {std::string("vllm+") + url, "--until", "ok", "--level", "1"});
  CHECK(ran.code == 0);
  CHECK(server.count("/health") == 3);
}

TEST_CASE("what a code means is explained, and the schema and the list of checks are printed", "[cli]") {
  Server server;
  CHECK(health(server, {"explain", "kv_high"}).out.contains("What to do: "));
  CHECK(health(server, {"explain", "kv_hihg"}).code == 2);
  CHECK(health(server, {"--schema"}).out.contains("llmgw.health/1"));
  CHECK(health(server, {"--list-checks"}).out.contains("| `kv` | 2 |"));
}

}  // namespace commands_health_test
