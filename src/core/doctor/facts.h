#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/secret.h"
#include "core/status/status.h"

namespace llmgw::doctor {

/// A file as it was found.
struct File {
  std::string path = {};
  bool exists = false;
  std::uint32_t mode = 0;    ///< permission bits
  bool own = true;           ///< it belongs to this user or to root
  Secret text = {};          ///< may hold credentials; empty when it was not read
  std::string problem = {};  ///< why it could not be read, or empty
};

/// A server that profiles and models name.
struct Host {
  std::vector<std::string> named_by = {};    ///< "profile dev", "model fast"
  std::string url = {};                      ///< scheme and authority, or `unix:PATH`
  std::string host = {};                     ///< without port; empty for a unix socket
  bool literal = false;                      ///< an address, `localhost` or a unix socket: no name to look up
  std::vector<std::string> addresses = {};   ///< what the name means
  std::string dns_problem = {};              ///< why it means nothing, or empty
  bool asked = false;                        ///< a request was sent
  std::string problem = {};                  ///< why no answer came, or empty
  int status = 0;                            ///< of the answer
  std::optional<std::int64_t> ahead_s = {};  ///< this machine's clock minus the answer's Date, in seconds
};

/// A port where `serve` would listen.
struct Port {
  std::uint16_t number = 0;
  bool taken = false;
  std::int64_t pid = 0;      ///< of the holder; 0: not known
  std::string program = {};  ///< the holder's name; empty: not known
};

/// A control socket, and what answered on it.
struct Running {
  std::string socket = {};
  std::string problem = {};  ///< why there is no status, or empty
  status::ServeStatus status = {};
  std::optional<std::int64_t> config_mtime_now = {};  ///< of the file it was started with; nullopt: not there
};

/// Everything that findings are judged from. Collected once, without changing anything.
struct Facts {
  std::string version;  ///< of this program
  std::int64_t now_unix_s = 0;
  std::string home;
  bool offline = false;  ///< nothing was contacted

  std::optional<std::uint64_t> soft_descriptors;
  std::optional<std::uint64_t> hard_descriptors;

  std::string state_folder;                 ///< empty: there is none
  std::optional<std::uint64_t> free_bytes;  ///< of the file system that holds it
  std::optional<std::uint64_t> free_files;  ///< inodes; nullopt also where the file system does not count them

  std::optional<std::string> config_file;  ///< nullopt: none is read
  std::string config_problem;              ///< why it is not valid, or empty
  std::string missing_variables;           ///< what `serve` would complain of in this environment, or empty
  bool config_holds_keys = false;          ///< credentials are written in it, not only named
  File config;
  File token_file;
  Secret token;  ///< the local token in effect; empty: none yet
  bool token_required = true;

  std::vector<Host> hosts;
  std::vector<Port> ports;
  std::set<std::uint16_t> listening;  ///< TCP ports that somebody of this machine listens on
  bool listening_known = false;
  std::vector<Running> running;

  std::map<std::string, Secret> variables;  ///< of those that the tables name, the ones that are set
  std::vector<File> client_files;           ///< of the client in question, in the order of its table
};

}  // namespace llmgw::doctor
