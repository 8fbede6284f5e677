#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <csignal>
#include <set>
#include <sstream>
#include <string>

#include "core/base/files.h"
#include "core/json/view.h"
#include "unit/cli/commands/gpu/fake_machine.h"

namespace gpu_sources_test {

using namespace llmgw;

/// nvidia-smi here and on every host that ssh names: one GPU with one process.
fake::Facts with_smi(int* versions = nullptr) {
  fake::Facts facts{.scenario = fake_nvml::one_l4, .files = fake::host_files};
  facts.program = [versions](const std::vector<std::string>& words) -> Result<gpu::smi::Answer> {
    const auto& asked = words.back() == "--format=csv,noheader,nounits" ? words[words.size() - 2] : words.back();
    if (asked == "--version" && versions != nullptr) ++*versions;
    if (asked == "--version") return gpu::smi::Answer{.exit = 0, .out = "CUDA Version : 13.0\n", .err = {}};
    if (asked.starts_with("--query-compute")) return gpu::smi::Answer{.exit = 0, .out = "1, 42, 500, p\n", .err = {}};
    std::string line;
    for (const char c : asked) line += c == ',' ? "1, " : "";
    return gpu::smi::Answer{.exit = 0, .out = line + "0x0\n", .err = {}};
  };
  return facts;
}

fake::Reply page(const std::string& model) {
  return {.status = 200, .pieces = {"vllm:num_requests_running{model_name=\"" + model + "\"} 4\n"}};
}

const std::string on_a = "[profiles.one]\nbase_url = \"http://a:8000\"\ngpu_host = \"a\"\n";

TEST_CASE("two sources of one GPU give Prometheus no series twice", "[cli][gpu]") {
  const auto [second, command] = GENERATE(
      table<std::string, std::string>({{"smi", "status"}, {"nvml", "status"}, {"smi", "health"}, {"nvml", "health"}}));
  const auto out = fake::gpu({command, "--source", "nvml", "--source", second, "-o", "prometheus"}, with_smi()).out;
  CHECK(out.contains("host=\"gx-01\",source=\"nvml\""));
  CHECK(out.contains("source=\"smi\"") == (second == "smi"));
  std::set<std::string> seen;
  std::istringstream in(out);
  for (std::string line; std::getline(in, line);) {
    CAPTURE(line);
    CHECK((line.starts_with('#') || seen.insert(line.substr(0, line.find_last_of(' '))).second));
  }
  CHECK_FALSE(fake::gpu({command, "-o", "prometheus"}, with_smi()).out.contains("source="));
}

TEST_CASE("servers are asked where their answers are shown", "[cli][gpu]") {
  const auto [words, asked] = GENERATE(table<std::vector<std::string>, std::size_t>({
      {{"status"}, 1},
      {{"status", "-o", "json"}, 1},
      {{"procs"}, 1},
      {{"list", "-o", "jsonl"}, 1},
      {{"list"}, 0},
      {{"status", "-o", "csv"}, 0},
      {{"status", "-o", "gpustat"}, 0},
      {{"status", "-o", "prometheus"}, 0},
      {{"status", "-o", "nagios"}, 0},
  }));
  const fake::TemporaryFile config("llmgw-gpu-config-");
  REQUIRE(write_file(config.path(), on_a, FileMode::owner_only));
  fake::Room room;
  room.replies = {page("m")};
  auto all = words;
  all.insert(all.end(), {"--host", "a", "--config", config.path()});
  CAPTURE(words);
  CHECK(fake::gpu(all, with_smi(), room).out.size() > 0);
  CHECK(room.requests.size() == asked);
}

/// The first process of the host in that place of a JSON array.
json::View process_of(const json::View& hosts, std::size_t place) {
  return hosts[place]["gpus"][std::size_t{0}]["procs"][std::size_t{0}];
}

TEST_CASE("two servers of one name are asked each", "[cli][gpu]") {
  const fake::TemporaryFile config("llmgw-gpu-config-");
  REQUIRE(write_file(config.path(),
                     on_a + "[[model]]\nname = \"one\"\ngpu_host = \"b\"\n[model.params]\nprovider = "
                            "\"openai_compatible\"\napi_base = \"http://b:8000\"\n",
                     FileMode::owner_only));
  fake::Room room;
  room.replies = {page("first"), page("second")};
  const auto ran = fake::gpu({"-o", "json", "--host", "a", "--host", "b", "--config", config.path()}, with_smi(), room);
  const auto view = json::parse(ran.out);
  REQUIRE(view);
  CHECK(process_of(*view, 0)["model"].equals("first"));
  CHECK(process_of(*view, 1)["model"].equals("second"));
}

TEST_CASE("a server that refuses its page of metrics is told with its status", "[cli][gpu]") {
  const fake::TemporaryFile config("llmgw-gpu-config-");
  REQUIRE(write_file(config.path(), on_a, FileMode::owner_only));
  fake::Room room;
  room.replies = {{.status = 404, .pieces = {"no"}}};
  const auto ran = fake::gpu({"-o", "json", "--host", "a", "--config", config.path()}, with_smi(), room);
  const auto view = json::parse(ran.out);
  REQUIRE(view);
  CHECK(process_of(*view, 0)["na"]["kv"].equals("its page of metrics answered HTTP 404"));
}

TEST_CASE("a recording keeps the servers of processes", "[cli][gpu]") {
  const fake::TemporaryFile config("llmgw-gpu-config-");
  const fake::TemporaryFile file("llmgw-gpu-servers-");
  REQUIRE(write_file(config.path(), on_a, FileMode::owner_only));
  fake::Room room;
  room.replies = {page("m")};
  CHECK(fake::gpu({"record", file.path(), "--host", "a", "--config", config.path()}, with_smi(), room).code == 0);
  const auto shown = fake::gpu({"--source", "file:" + file.path()}, {}).out;
  CHECK(shown.contains("serves m (one): KV cache -, 4 running"));
}

TEST_CASE("nvidia-smi tells its version once, however often it is read", "[cli][gpu]") {
  int versions = 0;
  const auto ran = fake::gpu({"top", "--source", "smi", "--frames", "3"}, with_smi(&versions));
  CHECK(ran.code == 0);
  CHECK(versions == 1);
}

TEST_CASE("a signal ends the reading of a silent host, and nothing is said of it", "[cli][gpu]") {
  const auto [words, code] = GENERATE(table<std::vector<std::string>, int>({
      {{"status", "--host", "silent"}, 128 + SIGINT},
      {{"status", "--host", "silent", "--watch", "1s"}, 0},
      {{"health", "--host", "silent"}, 128 + SIGINT},
      {{"pick", "--source", "smi"}, 128 + SIGINT},
      {{"topo", "--host", "silent"}, 128 + SIGINT},
      {{"top", "--host", "silent"}, 0},
      {{"record", "/nowhere/file", "--host", "silent"}, 128 + SIGINT},
      {{"exporter", "--host", "silent"}, 0},
  }));
  CAPTURE(words);
  fake::Silence silence;
  silence.asked = [] { ::kill(::getpid(), SIGINT); };
  const auto ran = fake::gpu_in_silence(words, silence);
  CHECK(ran.code == code);
  CHECK(ran.out.empty());
  CHECK(ran.err.empty());
  CHECK(silence.times == 1);
}

TEST_CASE("what foreign tools and files say cannot steer the terminal", "[cli][gpu]") {
  const fake::TemporaryFile file("llmgw-gpu-foreign-");
  auto line = fake::gpu({"-o", "jsonl"}, {.scenario = fake_nvml::one_l4, .files = fake::host_files}).out;
  for (const std::string word : {"compute", "nvml", "gx-01", "NVIDIA L4", "vllm serve m"}) {
    const auto at = line.find("\"" + word + "\"");
    REQUIRE(at != std::string::npos);
    line.insert(at + 1, "\\u001b[2J\\u009b1m");
  }
  REQUIRE(write_file(file.path(), line, FileMode::shared));
  const auto words = GENERATE(
      std::vector<std::string>{"status"}, std::vector<std::string>{"procs"}, std::vector<std::string>{"list"},
      std::vector<std::string>{"status", "-o", "csv"}, std::vector<std::string>{"status", "-o", "prometheus"},
      std::vector<std::string>{"status", "-o", "nagios"}, std::vector<std::string>{"health", "-o", "prometheus"},
      std::vector<std::string>{"health", "-o", "wide"});
  program::Surroundings around;
  around.terminal = true;
  auto all = words;
  all.insert(all.end(), {"--source", "file:" + file.path()});
  CAPTURE(words);
  const auto out = fake::gpu(all, {}, around).out;
  CHECK(out.contains("[2J") == (words.back() != "nagios"));  // all is well, so that tells of nothing
  CHECK_FALSE(out.contains("\x1b[2J"));
  CHECK_FALSE(out.contains("\xc2\x9b"));
  const auto top = fake::gpu({"top", "--frames", "1", "--source", "file:" + file.path()}, {}).out;
  CHECK_FALSE(top.contains('\x1b'));
}

}  // namespace gpu_sources_test
