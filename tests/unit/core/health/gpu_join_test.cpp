#include "core/health/gpu_join.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <map>
#include <string>

namespace gpu_join_test {

using namespace llmgw;
using namespace llmgw::health;

/// A /proc of texts.
struct Proc {
  std::map<std::string, std::string> files;
  std::map<std::string, std::vector<std::string>> folders;
  std::map<std::string, std::string> links{{"/proc/self/ns/net", "net:[1]"}};

  void add(int pid, int parent, const std::vector<std::string>& open, const std::string& name = "python3") {
    const auto folder = "/proc/" + std::to_string(pid);
    files[folder + "/stat"] = std::to_string(pid) + " (" + name + ") S " + std::to_string(parent) + " 1 1 0 -1";
    folders[folder + "/fd"] = open;
    links[folder + "/ns/net"] = "net:[1]";
    files[folder + "/net/tcp"] = table;
    files[folder + "/net/tcp6"] = table6;
  }
  [[nodiscard]] ProcFiles view() const {
    return {.read = [this](const std::string& path) -> std::optional<std::string> {
              const auto found = files.find(path);
              return found == files.end() ? std::nullopt : std::optional(found->second);
            },
            .links =
                [this](const std::string& folder) {
                  const auto found = folders.find(folder);
                  return found == folders.end() ? std::vector<std::string>{} : found->second;
                },
            .link = [this](const std::string& path) -> std::optional<std::string> {
              const auto found = links.find(path);
              return found == links.end() ? std::nullopt : std::optional(found->second);
            }};
  }

  // Port 8000 listens with inode 71; 8000 is also spoken to (01), with inode 72; port 8443 of IPv6 listens with 73.
  static constexpr const char* table =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 71 1 0 100 0 0 10 0\n"
      "   1: 0100007F:1F40 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 72 1 0 20 4 0 10 "
      "-1\n";
  static constexpr const char* table6 =
      "  sl  local_address                         remote_address                        st tx_queue rx_queue\n"
      "   0: 00000000000000000000000000000000:20FB 00000000000000000000000000000000:0000 0A 00000000:00000000 "
      "00:00000000 00000000  1000        0 73 1 0 100 0 0 10 0\n";
};

const std::vector<KnownServer> servers{{"tls", 8443}, {"vllm", 8000}};

TEST_CASE("a process on a GPU belongs to the server whose port its parent listens on", "[health][gpu]") {
  Proc proc;
  proc.add(30, 20, {"/dev/nvidia0", "pipe:[5]"}, "VLLM::Worker (TP0) ");
  proc.add(20, 10, {"socket:[72]", "/dev/null"});
  proc.add(10, 1, {"socket:[71]"}, "vllm");
  const auto owner = owner_of(30, proc.view(), servers);
  REQUIRE(owner.server);
  CHECK(servers[*owner.server].name == "vllm");
}

TEST_CASE("a server may be the process itself, the first process, and listen on IPv6 alone", "[health][gpu]") {
  Proc proc;
  proc.add(1, 0, {"socket:[73]"});
  const auto owner = owner_of(1, proc.view(), servers);
  REQUIRE(owner.server);
  CHECK(servers[*owner.server].name == "tls");
}

TEST_CASE("a process without a server says why", "[health][gpu]") {
  const auto [open, known, ns, why] = GENERATE(table<std::string, std::uint16_t, std::string, std::string>({
      {"socket:[71]", 9, "net:[1]", "it listens on port 8000, and no profile or model has a URL with that port"},
      {"socket:[72]", 8000, "net:[1]", "neither process 30 nor its parents listen on a port"},
      {"socket:[71]", 8000, "net:[2]", "it listens inside a container's own network"},
      {"", 8000, "net:[1]", "its open files cannot be read: ask as its user or as root"},
  }));
  Proc proc;
  proc.add(30, 1, open.empty() ? std::vector<std::string>{} : std::vector<std::string>{open});
  proc.links["/proc/30/ns/net"] = ns;
  const std::vector<KnownServer> one{{"vllm", known}};
  const auto owner = owner_of(30, proc.view(), one);
  CHECK_FALSE(owner.server);
  CHECK(owner.why == why);
}

TEST_CASE("a process that is not seen, and a configuration without servers, are reasons", "[health][gpu]") {
  const Proc proc;
  CHECK(owner_of(30, proc.view(), servers).why == "no process 30 is seen here");
  CHECK(owner_of(30, proc.view(), {}).why == "no profile or model of the configuration is on this machine");
}

TEST_CASE("parents that are their own parents end the walk", "[health][gpu]") {
  Proc proc;
  proc.add(30, 30, {"pipe:[1]"});
  CHECK(owner_of(30, proc.view(), servers).why == "neither process 30 nor its parents listen on a port");
}

TEST_CASE("the parent stands behind a name that may hold anything", "[health][gpu]") {
  CHECK(parent_in("7 (a) b) (c) S 42 7") == 42);
  CHECK(parent_in("7 (sh) R 1 7") == 1);
  CHECK_FALSE(parent_in("7 sh R 1 7"));
  CHECK_FALSE(parent_in("7 (sh) R"));
  CHECK_FALSE(parent_in("7 (sh) R x"));
  CHECK_FALSE(parent_in(""));
}

TEST_CASE("damaged lines of the table of sockets are passed over", "[health][gpu]") {
  const std::vector<std::uint64_t> inodes{71};
  CHECK(listening_ports("", inodes).empty());
  CHECK(listening_ports("0: x 0 0A 0 0 0 0 0 71\n0: 1:GG 0 0A 0 0 0 0 0 71\n\n0: 1:1F40 0 0A", inodes).empty());
  CHECK(listening_ports("0: 1:1F40 0 0A 0 0 0 0 0 71", inodes) == std::vector<std::uint16_t>{8000});
}

TEST_CASE("engines tell their model, cache and work", "[health][gpu]") {
  const auto vllm = load_of(metrics::Exposition::parse(
      "vllm:num_requests_running{engine=\"0\",model_name=\"qwen\"} 3\n"
      "vllm:num_requests_running{engine=\"1\",model_name=\"qwen\"} 1\n"
      "vllm:kv_cache_usage_perc{engine=\"0\"} 0.25\nvllm:kv_cache_usage_perc{engine=\"1\"} 0.625\n"));
  REQUIRE(vllm);
  CHECK(vllm->model == "qwen");
  CHECK(vllm->running == 4);
  CHECK(vllm->kv == 0.625);
  const auto llamacpp = load_of(metrics::Exposition::parse("llamacpp:requests_processing 2\n"));
  REQUIRE(llamacpp);
  CHECK(llamacpp->model.empty());
  CHECK(llamacpp->running == 2);
  CHECK_FALSE(llamacpp->kv);
  CHECK_FALSE(load_of(metrics::Exposition::parse("python_info 1\n")));
}

}  // namespace gpu_join_test
