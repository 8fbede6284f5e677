#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <chrono>
#include <filesystem>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "../../program.h"
#include "core/base/files.h"
#include "support/path_server.h"

namespace health_modes_test {

using path_server::answer;
using path_server::Server;
using path_server::vllm;

constexpr auto url = "vllm+http://127.0.0.1:8000";

/// A state folder of its own.
class Home {
 public:
  Home() : path_((std::filesystem::temp_directory_path() / "llmgw-health-XXXXXX").string()) {
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
  }
  ~Home() { std::filesystem::remove_all(path_); }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

program::Ran health(Server& server, std::vector<std::string> args, const Home* home = nullptr, bool terminal = false) {
  args.insert(args.begin(), "health");
  args.insert(args.end(), {"--config", "none"});
  program::Surroundings around;
  around.terminal = terminal;
  if (home != nullptr) around.variables["XDG_STATE_HOME"] = home->path();
  around.run_client = [&server](const llmgw::net::ClientWork& work) { return server.work(work); };
  return program::run(args, around);
}

std::size_t lines(std::string_view text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

TEST_CASE("watching writes a line for each change until the goal is reached", "[cli]") {
  auto server = vllm();
  server.replies["/health"] = {answer(200, ""), answer(200, ""), answer(503, "")};
  const auto ran = health(server, {url, "--watch", "1s", "--until", "crit", "--level", "1"});
  CHECK(ran.code == 0);
  CHECK(lines(ran.out) == 4);
  CHECK(ran.out.contains(R"("check":null,"from":null,"to":"ok")"));
  CHECK(ran.out.contains(R"("check":"live","from":"ok","to":"crit","code":"engine_dead")"));
  CHECK(server.count("/health") == 3);
}

TEST_CASE("a state that flaps is neither told nor taken for the goal before it is confirmed", "[cli]") {
  auto server = vllm();
  server.replies["/health"] = {answer(200, ""), answer(503, ""), answer(200, ""), answer(503, ""), answer(503, "")};
  const auto ran = health(server, {url, "--watch", "--until", "crit", "--confirm", "2", "--level", "1"});
  CHECK(ran.code == 0);
  CHECK(server.count("/health") == 5);
  CHECK(lines(ran.out) == 4);
}

TEST_CASE("watching redraws the table on a terminal", "[cli]") {
  auto server = vllm();
  server.replies["/health"] = {answer(200, ""), answer(503, "")};
  const auto ran = health(server, {url, "--watch=2s", "--until", "crit", "--level", "1"}, nullptr, true);
  CHECK(ran.out.contains("every 2s, Ctrl-C ends"));
  CHECK(ran.out.contains("last change"));
  CHECK(ran.out.contains("TARGET"));
  CHECK(ran.out.ends_with("\x1b[?25h"));
}

TEST_CASE("waiting ends with 0 once the server is up, and with 10 when it is not in time", "[cli]") {
  auto server = vllm();
  server.replies["/health"] = {answer(503, ""), answer(200, "")};
  CHECK(health(server, {url, "--wait", "1m", "--level", "1"}).code == 0);
  CHECK(server.count("/health") == 2);
  server.replies["/health"] = {answer(503, "")};
  const auto late = health(server, {url, "--wait", "1s", "--level", "1"});
  CHECK(late.code == 10);
  CHECK(late.err.contains("was not reached in time"));
}

TEST_CASE("since the last run only checks whose state changed are shown", "[cli]") {
  const Home home;
  auto server = vllm();
  CHECK(health(server, {url}, &home).code == 0);
  const auto same = health(server, {url, "--since-last", "-o", "wide"}, &home);
  CHECK(same.code == 0);
  CHECK(lines(same.out) == 2);
  CHECK(same.out.contains("checks as before"));
  server.replies["/health"] = {answer(503, "")};
  const auto worse = health(server, {url, "--since-last", "-o", "wide"}, &home);
  CHECK(worse.code == 10);
  CHECK(worse.out.contains("ready"));
  CHECK_FALSE(worse.out.contains("tcp "));
  const auto still = health(server, {url, "--since-last"}, &home);
  CHECK(still.code == 10);
  CHECK(still.out.contains("CRIT"));
  CHECK(health(server, {url, "--since-last", "-o", "nagios"}, &home).out.starts_with("LLMGW CRITICAL - "));
}

TEST_CASE("what is remembered holds no key and is its owner's alone, and a probe leaves nothing", "[cli]") {
  const Home home;
  auto server = vllm();
  CHECK(health(server, {url, "--probe", "liveness"}, &home).code == 0);
  CHECK_FALSE(std::filesystem::exists(home.file("llmgw/health")));
  CHECK(health(server, {url}, &home).code == 0);
  for (const auto& entry : std::filesystem::directory_iterator(home.file("llmgw/health"))) {
    using std::filesystem::perms;
    CHECK((entry.status().permissions() & (perms::group_all | perms::others_all)) == perms::none);
  }
}

TEST_CASE("what has not been checked for thirty days is forgotten", "[cli]") {
  using namespace std::chrono_literals;
  const Home home;
  auto server = vllm();
  CHECK(health(server, {url}, &home).code == 0);
  const std::filesystem::path folder = home.file("llmgw/health");
  const auto now = std::filesystem::file_time_type::clock::now();
  const auto left = [&](const std::string& name, std::chrono::hours age) {
    REQUIRE(llmgw::write_file((folder / name).string(), "{}", llmgw::FileMode::owner_only));
    std::filesystem::last_write_time(folder / name, now - age);
  };
  left("0123456789abcdef01234567.json", 31 * 24h);
  left("0123456789abcdef01234567.json.99", 31 * 24h);
  left("123456789abcdef012345678.json", 29 * 24h);
  left("notes", 31 * 24h);
  CHECK(health(server, {url}, &home).code == 0);
  CHECK_FALSE(std::filesystem::exists(folder / "0123456789abcdef01234567.json"));
  CHECK_FALSE(std::filesystem::exists(folder / "0123456789abcdef01234567.json.99"));
  CHECK(std::filesystem::exists(folder / "123456789abcdef012345678.json"));
  CHECK(std::filesystem::exists(folder / "notes"));
}

TEST_CASE("a state folder that cannot be written is no fault of the target", "[cli]") {
  const Home home;
  REQUIRE(llmgw::write_file(home.file("llmgw"), "a file in the way", llmgw::FileMode::owner_only));
  auto server = vllm();
  const auto ran = health(server, {url}, &home);
  CHECK(ran.code == 0);
  CHECK(ran.err.empty());
}

TEST_CASE("a report is compared with the one of before", "[cli]") {
  const Home home;
  auto server = vllm();
  const auto before = health(server, {url, "-o", "json"});
  REQUIRE(llmgw::write_file(home.file("before.json"), before.out, llmgw::FileMode::owner_only));
  CHECK(health(server, {url, "--baseline", home.file("before.json")}).code == 0);
  server.replies["/version"] = {answer(200, R"({"version":"0.25.0"})")};
  const auto ran = health(server, {url, "--baseline", home.file("before.json")});
  CHECK(ran.code == 10);
  CHECK(ran.out.contains("version: 0.25.0, was 0.24.1"));
  const auto other = health(server, {"vllm+http://127.0.0.1:8001", "--baseline", home.file("before.json")});
  CHECK(other.err.contains("the baseline holds none of these targets"));
  CHECK(health(server, {url, "--baseline", home.file("none.json")}).code != 0);
  REQUIRE(llmgw::write_file(home.file("bad.json"), "{}", llmgw::FileMode::owner_only));
  CHECK(health(server, {url, "--baseline", home.file("bad.json")}).code == 2);
}

TEST_CASE("a ping tells of the start, and of the end with the exit code and the report", "[cli]") {
  auto server = vllm();
  server.replies["/health"] = {answer(503, "")};
  const auto ran = health(server, {url, "--level", "1", "--ping", "https://hc-ping.com/the-uuid"});
  CHECK(ran.code == 10);
  CHECK(ran.err.contains("hc-ping.com answered the ping with HTTP 404"));
  CHECK_FALSE(ran.err.contains("the-uuid"));
  const auto& first = server.requests.front().message;
  const auto& last = server.requests.back().message;
  CHECK(first.target.starts_with("/the-uuid/start?rid="));
  CHECK(last.target.starts_with("/the-uuid/10?rid="));
  CHECK(first.target.substr(first.target.find('?')) == last.target.substr(last.target.find('?')));
  CHECK(last.method == "POST");
  CHECK(last.body.contains("live: HTTP 503"));
}

TEST_CASE("a quiet run prints only what is wrong", "[cli]") {
  auto server = vllm();
  CHECK(health(server, {url, "--quiet"}).out.empty());
  CHECK(health(server, {url, "-q", "--probe", "liveness"}).out.empty());
  server.replies["/health"] = {answer(503, "")};
  CHECK(health(server, {url, "--quiet"}).out.contains("CRIT"));
}

TEST_CASE("options that exclude each other are refused", "[cli]") {
  const auto args = GENERATE(values<std::vector<std::string>>({{"--watch", "--probe", "liveness"},
                                                               {"--watch", "--since-last"},
                                                               {"--watch", "--ping", "https://hc-ping.com/x"},
                                                               {"--watch", "-o", "json"},
                                                               {"--watch", "10ms"},
                                                               {"--wait", "1s", "--until", "ok"},
                                                               {"--probe", "liveness", "--since-last"},
                                                               {"--ping", "unix:/x"}}));
  Server server;
  auto all = args;
  all.insert(all.begin(), url);
  CAPTURE(args);
  CHECK(health(server, all).code == 2);
  CHECK(server.requests.empty());
}

TEST_CASE("each address of a name is a target of its own", "[cli]") {
  auto server = vllm();
  server.known_addresses = {"192.0.2.1", "2001:db8::1"};
  program::Surroundings around;
  around.run_client = [&server](const llmgw::net::ClientWork& work) { return server.work(work); };
  const auto ran = program::run(
      {"health", "vllm+https://llm.example", "--each-address", "--level", "0", "--config", "none", "-o", "jsonl"},
      around);
  CHECK(lines(ran.out) == 2);
  CHECK(ran.out.contains("llm.example [2001:db8::1]"));
  REQUIRE(server.requests.size() == 2);
  CHECK(server.requests[0].endpoint->address == "192.0.2.1");
  CHECK(server.requests[0].endpoint->host == "llm.example");
}

/// Makes a kept scrape, of which a rate needs one of at least a second ago, a minute older.
void age(const std::string& path) {
  const auto text = llmgw::read_file(path);
  REQUIRE(text);
  const std::regex times(R"re("scrape":\{"unix_s":(\d+),"monotonic_ns":(\d+))re");
  std::smatch found;
  REQUIRE(std::regex_search(*text, found, times));
  const auto older = "\"scrape\":{\"unix_s\":" + std::to_string(std::stoll(found[1]) - 60) +
                     ",\"monotonic_ns\":" + std::to_string(std::stoll(found[2]) - 60'000'000'000);
  REQUIRE(llmgw::write_file(path, found.prefix().str() + older + found.suffix().str(), llmgw::FileMode::owner_only));
}

TEST_CASE("each address has the scrape and the states of its own last run", "[cli]") {
  const Home home;
  auto server = vllm();
  server.known_addresses = {"192.0.2.1", "192.0.2.2"};
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"https://llm.example", "--each-address"});
    words.front().insert(0, "vllm+");
    return health(server, words, &home);
  };
  run({});
  CHECK(server.count("/metrics") == 4);  // two scrapes each: nothing was remembered
  for (const auto& entry : std::filesystem::directory_iterator(home.file("llmgw/health"))) age(entry.path().string());
  const auto again = run({"--since-last", "-o", "wide"});
  CHECK(server.count("/metrics") == 6);
  CHECK(lines(again.out) == 3);
}

}  // namespace health_modes_test
