#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/gpu/machine.h"
#include "core/net/foreground.h"
#include "support/fake_nvml.h"
#include "unit/cli/fake_room.h"
#include "unit/cli/program.h"

/// Machines with made-up GPUs.
namespace fake {

struct Facts {
  std::optional<std::string> scenario = {};  ///< of tests/fake_nvml; without one there is no library
  std::map<std::string, std::string> files = {};
  std::string kernel_log = {};
  /// What programs answer, by all their words; without one there are no programs.
  std::function<llmgw::Result<llmgw::gpu::smi::Answer>(const std::vector<std::string>& words)> program = {};
  std::function<void(bool on)> give_up = {};  ///< ends what programs wait for
};

class Machine final : public llmgw::gpu::Machine {
 public:
  explicit Machine(Facts facts) : facts_(std::move(facts)) {}
  llmgw::Result<std::unique_ptr<llmgw::gpu::nvml::Symbols>> nvml() override {
    if (!facts_.scenario) return llmgw::fail(llmgw::Errc::not_found, "NVML: no library");
    return fake_nvml::load(LLMGW_FAKE_NVML_LIBRARY, *facts_.scenario);
  }
  llmgw::gpu::Files files() override {
    return {
        .read = [this](const std::string& path) -> std::optional<std::string> {
          const auto found = facts_.files.find(path);
          if (found == facts_.files.end()) return std::nullopt;
          return found->second;
        },
        .list = [](const std::string&) { return std::vector<std::string>{}; },
        .user = [](std::int64_t uid) { return std::optional(uid == 0 ? std::string("root") : std::string("ada")); }};
  }
  llmgw::Result<llmgw::gpu::smi::Answer> run(const std::vector<std::string>& words,
                                             std::chrono::milliseconds /*limit*/) override {
    if (!facts_.program) return llmgw::fail(llmgw::Errc::not_found, words[0] + ": no such program");
    return facts_.program(words);
  }
  llmgw::Result<std::string> kernel_log() override {
    if (facts_.kernel_log.empty()) return llmgw::fail(llmgw::Errc::permission, "the kernel's log cannot be read");
    return facts_.kernel_log;
  }
  void give_up(bool on) override {
    if (facts_.give_up) facts_.give_up(on);
  }

 private:
  Facts facts_;
};

inline const std::map<std::string, std::string> host_files{
    {"/proc/sys/kernel/hostname", "gx-01\n"},
    {"/proc/sys/kernel/osrelease", "6.8.0\n"},
    {"/proc/uptime", "93784.5 1.0\n"},
    {"/proc/meminfo", "MemTotal: 125000000 kB\nMemAvailable: 25000000 kB\n"},
    {"/proc/4242/status", "Name:\tvllm\nUid:\t1000\t1000\n"},
    {"/proc/4242/cmdline", std::string("vllm\0serve\0m", 12)},
    {"/proc/4242/cgroup", "0::/user.slice\n"},
};

/// A machine whose programs, ssh among them, say nothing until they are given up.
class Silence {
 public:
  Facts facts() {
    Facts made;
    made.program = [this](const std::vector<std::string>&) -> llmgw::Result<llmgw::gpu::smi::Answer> {
      if (asked) asked();
      given_up_.wait(false);
      return llmgw::fail(llmgw::Errc::cancelled, "given up");
    };
    made.give_up = [this](bool on) {
      given_up_ = on;
      given_up_.notify_all();
      if (on) ++times;
    };
    return made;
  }
  std::function<void()> asked = {};  ///< is called when a program begins
  int times = 0;                     ///< it was given up

 private:
  std::atomic<bool> given_up_ = false;
};

/// `llmgw gpu WORDS` on such a machine, with a loop that hears signals and threads beside it.
inline program::Ran gpu_in_silence(std::vector<std::string> words, Silence& silence,
                                   program::Surroundings around = {}) {
  static constexpr const char* command = "gpu";
  words.insert(words.begin(), command);
  around.run_client = [](const llmgw::net::ClientWork& work) { return llmgw::net::run_in_foreground(work); };
  around.open_machine = [&silence](const llmgw::Env&) { return std::make_unique<Machine>(silence.facts()); };
  return program::run(words, around);
}

/// A file that is removed with the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name)
      : path_(std::filesystem::temp_directory_path() / (name + std::to_string(::getpid()))) {}
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// Runs `llmgw gpu WORDS` on such a machine, beside the servers of the room.
inline program::Ran gpu(std::vector<std::string> words, const Facts& facts, Room& room,
                        program::Surroundings around = {}) {
  static constexpr const char* command = "gpu";
  words.insert(words.begin(), command);
  around.run_client = [&room](const llmgw::net::ClientWork& work) { return room.run(work); };
  around.open_machine = [&facts](const llmgw::Env&) { return std::make_unique<Machine>(facts); };
  return program::run(words, around);
}

inline program::Ran gpu(std::vector<std::string> words, const Facts& facts, program::Surroundings around = {}) {
  Room room;
  return gpu(std::move(words), facts, room, std::move(around));
}

}  // namespace fake
