#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace llmgw::sim {

/// A fault or quirk script and how often it strikes: `status=503; retry-after=2` with probability 0.1.
struct FaultRule {
  std::string script;
  double probability = 1;
};

/// What the command line of `llmgw sim` says. Texts are checked by `make_world`, whose errors are `usage` (`config`
/// for the scenario file).
struct SimOptions {
  std::vector<std::string> listen = {"127.0.0.1:8000"};  ///< HOST:PORT, [V6]:PORT or unix:PATH
  std::vector<std::string> models = {"llmgw-sim"};       ///< names that GET /v1/models lists
  std::string key;                                       ///< required of clients; empty: none
  int threads = 1;
  std::uint64_t seed = 1;  ///< equal requests get equal answers under one seed
  /// Settings of every answer by name, as in the header `X-Sim`: `ttft=80ms`. The names are those of `setting_rows()`
  /// in behaviour.h; the command line has an option for each of its `option` rows.
  std::vector<std::pair<std::string, std::string>> settings;
  std::vector<FaultRule> faults;
  std::string scenario;                   ///< TOML file of settings, faults and scripted turns; empty: none
  std::string truth;                      ///< JSON lines file with what was sent when; empty: none
  std::optional<std::string> ready_file;  ///< gets the first URL once everything listens
  double time_scale = 1;                  ///< 0: as fast as possible
};

}  // namespace llmgw::sim
