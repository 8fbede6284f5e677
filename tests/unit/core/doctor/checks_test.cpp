#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <functional>
#include <set>
#include <string>

#include "core/base/files.h"
#include "core/doctor/check.h"
#include "core/doctor/client_table.h"
#include "core/doctor/loose_formats.h"
#include "core/doctor/proc_net.h"
#include "core/doctor/redact.h"

namespace doctor_checks_test {

using namespace llmgw;
using doctor::State;

/// A machine on which nothing is wrong and nothing runs.
doctor::Facts healthy() {
  doctor::Facts facts;
  facts.version = "1.0.0";
  facts.home = "/h";
  facts.soft_descriptors = 1024;
  facts.hard_descriptors = 65'536;
  facts.state_folder = "/h/.local/state/llmgw";
  facts.free_bytes = std::uint64_t{1} << 40U;
  facts.free_files = 1'000'000;
  facts.config_file = "/h/.config/llmgw/llmgw.toml";
  facts.config = {.path = "/h/.config/llmgw/llmgw.toml", .exists = true, .mode = 0644};
  facts.token_file = {.path = "/h/.local/state/llmgw/token", .exists = true, .mode = 0600};
  facts.token = Secret("llmgw-token");
  facts.ports = {{.number = 4000}};
  facts.listening_known = true;
  return facts;
}

doctor::Running running() {
  doctor::Running one{.socket = "/run/serve-4000.sock"};
  one.status.version = "1.0.0";
  one.status.pid = 7;
  one.status.config_file = "/h/.config/llmgw/llmgw.toml";
  one.status.config_mtime_unix_s = 100;
  one.status.listeners = {"http://127.0.0.1:4000"};
  one.config_mtime_now = 100;
  return one;
}

doctor::Host host(std::string name) {
  doctor::Host given;
  given.named_by = {"profile dev"};
  given.url = "https://" + name;
  given.host = std::move(name);
  given.addresses = {"192.0.2.1"};
  given.asked = true;
  given.status = 404;
  given.ahead_s = 0;
  return given;
}

doctor::Findings of(const doctor::Facts& facts, std::string_view check) {
  doctor::Findings some;
  for (auto& finding : doctor::examine(facts, {})) {
    if (finding.check == check) some.push_back(finding);
  }
  return some;
}

/// What is done to a healthy machine, and what the check then says.
struct Fault {
  std::string_view check;
  State state;
  std::function<void(doctor::Facts&)> make;
};
const Fault faults[] = {
    {"machine.descriptors", State::warn, [](doctor::Facts& f) { f.hard_descriptors = 1024; }},
    {"machine.descriptors", State::crit, [](doctor::Facts& f) { f.hard_descriptors = 64; }},
    {"machine.descriptors", State::unknown, [](doctor::Facts& f) { f.hard_descriptors.reset(); }},
    {"machine.disk", State::warn, [](doctor::Facts& f) { f.free_bytes = std::uint64_t{100} << 20U; }},
    {"machine.disk", State::crit, [](doctor::Facts& f) { f.free_bytes = 0; }},
    {"machine.disk", State::crit, [](doctor::Facts& f) { f.free_files = 0; }},
    {"machine.disk", State::unknown, [](doctor::Facts& f) { f.free_bytes.reset(); }},
    {"machine.disk", State::warn, [](doctor::Facts& f) { f.state_folder.clear(); }},
    {"machine.clock", State::warn,
     [](doctor::Facts& f) {
       f.hosts = {host("a")};
       f.hosts[0].ahead_s = -31;
     }},
    {"machine.clock", State::crit,
     [](doctor::Facts& f) {
       f.hosts = {host("a")};
       f.hosts[0].ahead_s = 301;
     }},
    {"config.file", State::crit, [](doctor::Facts& f) { f.config_problem = "llmgw.toml:1:1: no"; }},
    {"config.variables", State::warn, [](doctor::Facts& f) { f.missing_variables = "llmgw.toml:1:1: KEY is not set"; }},
    {"credentials.modes", State::crit, [](doctor::Facts& f) { f.token_file.mode = 0640; }},
    {"credentials.modes", State::crit, [](doctor::Facts& f) { f.token_file.mode = 0620; }},
    {"credentials.modes", State::warn, [](doctor::Facts& f) { f.token_file.own = false; }},
    {"credentials.modes", State::crit, [](doctor::Facts& f) { f.config_holds_keys = true; }},
    {"credentials.token", State::crit, [](doctor::Facts& f) { f.token = Secret(); }},
    {"credentials.token", State::crit, [](doctor::Facts& f) { f.token_file.problem = "cannot read"; }},
    {"credentials.token", State::warn, [](doctor::Facts& f) { f.token_required = false; }},
    {"network.dns", State::crit,
     [](doctor::Facts& f) {
       f.hosts = {host("a")};
       f.hosts[0].dns_problem = "no such name";
     }},
    {"network.reach", State::crit,
     [](doctor::Facts& f) {
       f.hosts = {host("a")};
       f.hosts[0].problem = "refused";
     }},
    {"network.proxy", State::warn, [](doctor::Facts& f) { f.variables["http_proxy"] = Secret("http://proxy:1"); }},
    {"network.port", State::warn, [](doctor::Facts& f) { f.ports = {{.number = 4000, .taken = true}}; }},
    {"serve.socket", State::warn,
     [](doctor::Facts& f) {
       f.running = {running()};
       f.running[0].problem = "refused";
     }},
    {"serve.version", State::warn,
     [](doctor::Facts& f) {
       f.running = {running()};
       f.running[0].status.version = "0.9";
     }},
    {"serve.config", State::warn,
     [](doctor::Facts& f) {
       f.running = {running()};
       f.running[0].config_mtime_now = 101;
     }},
    {"serve.config", State::warn,
     [](doctor::Facts& f) {
       f.running = {running()};
       f.running[0].config_mtime_now.reset();
     }},
};

/// The worst state that a check finds.
State state(const doctor::Facts& facts, std::string_view check) { return doctor::worst(of(facts, check)); }

TEST_CASE("on a machine where nothing is wrong every check is ok or skipped and says why", "[doctor]") {
  const auto findings = doctor::examine(healthy(), {});
  CHECK(doctor::worst(findings) == State::ok);
  std::set<std::string_view> seen;
  for (const auto& finding : findings) {
    CAPTURE(finding.check, finding.says);
    seen.insert(finding.check);
    CHECK_FALSE(finding.says.empty());
    CHECK((finding.state == State::ok || finding.state == State::skipped));
  }
  for (const auto& check : doctor::checks()) {
    if (check.client.empty()) CHECK(seen.contains(check.id));
  }
}

TEST_CASE("a fault makes its own check fail and no other", "[doctor]") {
  for (const auto& fault : faults) {
    auto facts = healthy();
    fault.make(facts);
    for (const auto& finding : doctor::examine(facts, {})) {
      CAPTURE(fault.check, finding.check, finding.says);
      if (finding.check != fault.check) {
        CHECK((finding.state == State::ok || finding.state == State::skipped));
      } else if (finding.state != State::ok) {
        CHECK(finding.state == fault.state);
        CHECK((finding.state == State::unknown || !finding.mend.empty()));
      }
    }
    CHECK(state(facts, fault.check) == fault.state);
  }
}

TEST_CASE("NO_PROXY that names loopback ends the warning, and either case of it counts", "[doctor]") {
  auto facts = healthy();
  facts.variables["all_proxy"] = Secret("socks5://user:secret@proxy:1");
  facts.variables["NO_PROXY"] = Secret("localhost");
  CHECK(state(facts, "network.proxy") == State::warn);
  facts.variables["no_proxy"] = Secret("localhost, 127.0.0.1 ,x");
  CHECK(state(facts, "network.proxy") == State::ok);
  facts.variables["no_proxy"] = Secret("*");
  CHECK(state(facts, "network.proxy") == State::ok);
  CHECK_FALSE(of(facts, "network.proxy")[0].says.contains("secret"));
}

TEST_CASE("a port that a gateway of ours holds is no fault, and a stranger is named", "[doctor]") {
  auto facts = healthy();
  facts.ports = {{.number = 4000, .taken = true, .pid = 9, .program = "python3"}};
  CHECK(of(facts, "network.port")[0].says.contains("python3 (process 9)"));
  facts.running = {running()};
  CHECK(state(facts, "network.port") == State::ok);
  CHECK(of(facts, "network.port")[0].says.contains("process 7"));
}

TEST_CASE("offline nothing is asked, and the findings say so", "[doctor]") {
  auto facts = healthy();
  facts.offline = true;
  facts.hosts = {host("a")};
  facts.hosts[0].asked = false;
  facts.hosts[0].ahead_s.reset();
  for (const auto* check : {"network.dns", "network.reach", "machine.clock"}) {
    CAPTURE(check);
    const auto found = of(facts, check);
    REQUIRE(found.size() == 1);
    CHECK(found[0].state == State::skipped);
    CHECK(found[0].says.contains("--offline"));
  }
}

TEST_CASE("each check has an id of its own and sentences for its page", "[doctor]") {
  std::set<std::string_view> seen;
  for (const auto& check : doctor::checks()) {
    CAPTURE(check.id);
    CHECK(seen.insert(check.id).second);
    CHECK(check.looks_at.ends_with('.'));
    CHECK(check.mistakes.ends_with('.'));
  }
  CHECK(doctor::clients() == std::vector<std::string_view>{"claude", "codex", "cursor", "cline", "opencode", "aider"});
}

TEST_CASE("docs/doctor.md is what the table of checks says", "[doctor][reference]") {
  const std::string path = std::string(LLMGW_SOURCE_DIR) + "/docs/doctor.md";
  const auto page = doctor::reference_page();
  if (std::getenv("LLMGW_UPDATE_GOLDEN") != nullptr) REQUIRE(write_file(path, page, FileMode::shared));
  const auto written = read_file(path);
  REQUIRE(written);
  CHECK(*written == page);
}

TEST_CASE("listening sockets are read from the kernel's tables", "[doctor]") {
  const auto* text =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100007F:0FA0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12345 1 0 100\n"
      "   1: 0100007F:0FA0 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 99 1 0 100\n"
      "   2: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 7 1\n"
      "garbage\n   3: nonsense 0 0A\n";
  CHECK(doctor::parse_listening(text) == std::vector<doctor::ListeningSocket>{{4000, 12'345}, {8080, 7}});
  CHECK(doctor::parse_listening("").empty());
}

TEST_CASE("JSON with comments and last commas becomes plain JSON", "[doctor]") {
  CHECK(doctor::plain_json("{\"a\": 1, // x\n}") == "{\"a\": 1      \n}");
  CHECK(doctor::plain_json("[1,/*,*/]") == "[1      ]");
  CHECK(doctor::plain_json(R"({"u":"http://x//y","e":"\"//","c":[1,2]})") ==
        R"({"u":"http://x//y","e":"\"//","c":[1,2]})");
  CHECK(doctor::plain_json("\"open") == "\"open");
  CHECK(doctor::plain_json("/* open") == "       ");
}

TEST_CASE("settings of dotenv and flat YAML files are read line by line", "[doctor]") {
  const auto env = doctor::read_dotenv("# c\nexport A = 'x y' # c\nB=1 # c\nnothing\nC=\n");
  CHECK(env.at("A").reveal() == "x y");
  CHECK(env.at("B").reveal() == "1");
  CHECK(env.at("C").empty());
  const auto yaml =
      doctor::read_flat_yaml("model: openai/x # c\n  nested: 1\n- list: 2\nlist:\nurl: \"http://a:1/v1\"\n");
  CHECK(yaml.size() == 2);
  CHECK(yaml.at("model").reveal() == "openai/x");
  CHECK(yaml.at("url").reveal() == "http://a:1/v1");
}

TEST_CASE("a report names no credential and no home", "[doctor][req-29]") {
  const doctor::Redactor redact({Secret("plain-secret"), Secret("abc"), Secret()}, "/home-of/me");
  CHECK(redact("a plain-secret b") == "a [redacted] b");
  CHECK(redact("abc stays, being short") == "abc stays, being short");
  CHECK(redact("sk-test-0123456789abc end") == "sk-[redacted] end");
  CHECK(redact("task-forces-of-many stay") == "task-forces-of-many stay");
  CHECK(redact("Authorization: Bearer x.y") == "Authorization: Bearer [redacted]");
  CHECK(redact("http://user:pass@host/a@b") == "http://[redacted]@host/a@b");
  CHECK(redact("Bearer AAAA/BBBB+C=, then") == "Bearer [redacted], then");
  CHECK(redact("{\"a\":\"password=p@ss!x\"}") == "{\"a\":\"password=[redacted]\"}");
  CHECK(redact("https://h/p?key=hidden&x=1") == "https://h/p?key=[redacted]&x=1");
  CHECK(redact("/home-of/me/x and /home-of/mess") == "~/x and /home-of/mess");
}

TEST_CASE("client files lie where their documentation says", "[doctor]") {
  using Variables = FixedEnv::Variables;
  CHECK(doctor::client_files("claude", FixedEnv(Variables{{"HOME", "/h"}})) ==
        std::vector<std::string>{"/h/.claude/settings.json", ".claude/settings.json", ".claude/settings.local.json"});
  CHECK(doctor::client_files("codex", FixedEnv(Variables{{"HOME", "/h"}, {"CODEX_HOME", "/c"}})) ==
        std::vector<std::string>{"/c/config.toml"});
  CHECK(doctor::client_files("aider", FixedEnv(Variables{{"HOME", "/h"}})).front() == "/h/.aider.conf.yml");
  CHECK(doctor::client_files("opencode", FixedEnv(Variables{{"HOME", "/h"}, {"OPENCODE_CONFIG", "/o.json"}}))[3] ==
        "/o.json");
  CHECK(doctor::client_files("cursor", FixedEnv(Variables{{"HOME", "/h"}})).empty());
}

}  // namespace doctor_checks_test
