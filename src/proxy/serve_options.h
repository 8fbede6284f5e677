#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace llmgw::proxy {

/// What the command line of `llmgw serve` says. Absent optionals leave the configuration file's value.
struct ServeOptions {
  std::vector<std::string> listen;      ///< HOST:PORT, [V6]:PORT or unix:PATH; empty: the file's, else the default
  std::optional<std::string> config;    ///< --config FILE
  std::optional<std::string> upstream;  ///< --upstream URL: start without a file
  std::string provider = "openai_compatible";
  std::optional<std::string> upstream_key_env;               ///< name of the variable that holds the upstream's key
  bool upstream_key_client = false;                          ///< --upstream-key client: forward the client's own key
  std::vector<std::pair<std::string, std::string>> models;   ///< --model PUBLIC=UPSTREAM
  std::vector<std::pair<std::string, std::string>> aliases;  ///< --alias FROM=TO
  bool auth_none = false;
  bool auth_token = false;  ///< --auth token: whatever the file says
  std::optional<std::string> ready_file;
  std::optional<int> threads;
  bool strict = false;
  bool insecure_bind = false;
  bool check = false;  ///< validate the configuration and exit
  bool sim = false;    ///< run the built-in simulator as the upstream
};

}  // namespace llmgw::proxy
