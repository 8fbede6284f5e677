#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace llmgw::status {

/// A public model name and the server behind it.
struct ModelRow {
  std::string name = {};      ///< `*` takes every name that no other row has
  std::string served = {};    ///< the upstream's name for it; empty: the one asked for
  std::string provider = {};  ///< `openai_compatible`
  std::string upstream = {};  ///< provider and authority: `openai_compatible@127.0.0.1:8000`
  friend bool operator==(const ModelRow&, const ModelRow&) = default;
};

/// How the server of a model was started, as the configuration tells.
struct LaunchRow {
  std::string name = {};
  std::string model = {};                                       ///< the id that it serves
  std::vector<std::pair<std::string, std::string>> facts = {};  ///< keys of `[launch.NAME]` and what they say
  friend bool operator==(const LaunchRow&, const LaunchRow&) = default;
};

/// A server behind the gateway, as the background checks last found it.
struct UpstreamRow {
  std::string name = {};                 ///< provider and authority, unique
  std::vector<std::string> models = {};  ///< public names that lead there
  std::string state = {};                ///< `ok`, `idle`, `unreachable`, `down`, `degraded` or `unknown`
  std::string kind = {};                 ///< `vllm`; empty: not known
  std::string version = {};
  std::string code = {};                     ///< of what is wrong: `llmgw health explain CODE`
  std::string message = {};                  ///< of the same
  std::optional<double> latency_ms = {};     ///< of the last answer
  std::optional<std::int64_t> context = {};  ///< tokens that the server lists for the model
  std::optional<double> running = {};        ///< requests in work there
  std::optional<double> waiting = {};        ///< requests that wait for capacity there
  std::optional<double> kv = {};             ///< share of its KV cache in use, 0..1
  std::int64_t checked_unix_s = 0;           ///< 0: not yet
  std::int64_t since_unix_s = 0;             ///< when it came to this state
  friend bool operator==(const UpstreamRow&, const UpstreamRow&) = default;
};

/// A request that was slow or failed. It holds no body, no header and no credential.
struct RequestRow {
  std::int64_t unix_s = 0;  ///< when it ended
  std::string id = {};
  std::string method = {};
  std::string path = {};  ///< without the query, which may carry a key
  std::string model = {};
  std::string upstream = {};
  int status = 0;                       ///< sent to the client; 499 when it left first
  double ms = 0;                        ///< from its arrival to its end
  std::optional<double> ttft_ms = {};   ///< to the first token; nullopt: none came
  std::optional<double> stall_ms = {};  ///< longest silence inside a stream, where it made the request a slow one
  std::string outcome = {};             ///< name of the error's class; empty: it was only slow
  std::string message = {};             ///< the error's sentence, or empty
  friend bool operator==(const RequestRow&, const RequestRow&) = default;
};

/// What has been counted since the start, over all workers.
struct Counters {
  std::int64_t requests = 0;
  std::int64_t failed = 0;             ///< requests that ended in an error, clients that left apart
  std::int64_t client_left = 0;        ///< requests whose client went away
  std::int64_t upstream_attempts = 0;  ///< requests sent to upstreams
  std::int64_t retries = 0;
  std::int64_t input_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t reloads = 0;
  std::int64_t reloads_refused = 0;
  friend bool operator==(const Counters&, const Counters&) = default;
};

/// What a running `llmgw serve` says of itself on its control socket.
struct ServeStatus {
  std::string version;
  std::int64_t pid = 0;
  std::int64_t started_unix_s = 0;
  std::int64_t now_unix_s = 0;            ///< when this was written
  std::string state;                      ///< `starting`, `ready`, `draining` or `no upstream`
  std::string config_file;                ///< absolute; empty: started without one
  std::int64_t config_mtime_unix_s = 0;   ///< of the file when it was last read; 0 without one
  std::int64_t config_loaded_unix_s = 0;  ///< when it was last read
  std::string control;                    ///< path of the control socket
  std::vector<std::string> listeners;     ///< `http://127.0.0.1:4000`, `unix:PATH`
  bool token_required = true;
  std::int64_t workers = 0;
  std::int64_t in_flight = 0;
  std::int64_t connections = 0;
  std::int64_t slow_ms = 0;  ///< requests that waited as long are kept in `recent`
  Counters counters;
  std::vector<ModelRow> models;
  std::vector<UpstreamRow> upstreams;
  std::vector<LaunchRow> launches;
  std::vector<RequestRow> recent;  ///< newest first, at most `most_recent`
  friend bool operator==(const ServeStatus&, const ServeStatus&) = default;
};

/// How many slow or failed requests are kept.
inline constexpr std::size_t most_recent = 100;

/// The status as one JSON object, ended by a line feed.
std::string encode(const ServeStatus& status);
/// Reads what `encode` wrote, also that of an older or newer llmgw: members it does not know are passed over, members
/// that are missing keep their defaults. Errors are `upstream_protocol`: the text is no status.
Result<ServeStatus> decode(std::string_view text);

}  // namespace llmgw::status
