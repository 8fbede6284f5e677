#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/secret.h"

namespace llmgw::config {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Header lines to add. Values may hold credentials, so none is ever shown.
using HeaderMap = std::map<std::string, Secret>;
/// Names that stand for other names.
using NameMap = std::map<std::string, std::string>;

/// A time that the file writes as a text with its unit: `"300s"`, `"5m"`.
struct Period {
  milliseconds time{};
  friend bool operator==(const Period&, const Period&) = default;
};

/// Whether clients must present llmgw's token.
enum class Auth : std::uint8_t { token, none };
/// The one line per request.
enum class AccessLog : std::uint8_t { off, text, json };
/// How Messages clients reach an upstream: its own Messages endpoint, or translated to Chat.
enum class MessagesMode : std::uint8_t { chat, native };

/// Reasoning that a server leaves in the text: none, between tags at the start, or with the opening tag already
/// written.
enum class ReasoningTags : std::uint8_t { off, tags, opened };

/// `[server]`: the listening side.
struct Server {
  std::vector<std::string> listen;  ///< empty: port 4000 on the loopback addresses
  std::int64_t threads = 0;         ///< 0: one per core, at most four
  Auth auth = Auth::token;
  Secret token;  ///< empty: from the environment or the state folder
  AccessLog access_log = AccessLog::text;
  bool access_log_probes = false;  ///< health probes, scrapes and CORS preflights have their lines too
  std::int64_t max_body_bytes = std::int64_t{32} << 20;
  std::int64_t max_bodies_bytes = std::int64_t{512} << 20;  ///< of all requests under way together
  bool strict = false;
  std::vector<std::string> allow_hosts;
  std::vector<std::string> allow_origins;
  bool insecure_bind = false;
  bool passthrough = true;
  milliseconds keepalive = seconds(10);
  milliseconds connect_timeout = seconds(10);
  milliseconds stream_read_timeout = seconds(1200);
  milliseconds read_timeout = seconds(1200);
  milliseconds drain = seconds(30);
  std::string control;  ///< empty: `serve-PORT.sock` in the runtime folder
  std::int64_t slow_ms = 10'000;
  friend bool operator==(const Server&, const Server&) = default;
};

/// `[routing]`: what happens when an attempt fails.
struct Routing {
  std::int64_t num_retries = 0;
  friend bool operator==(const Routing&, const Routing&) = default;
};

/// `[health]`: the checks that `llmgw serve` makes of its upstreams by itself.
struct Health {
  bool background = true;
  Period interval{seconds(300)};
  Period timeout{seconds(30)};
  friend bool operator==(const Health&, const Health&) = default;
};

/// Transport settings of one server.
struct Transport {
  std::string ca_file;        ///< PEM file that replaces the system's trust store
  bool insecure_tls = false;  ///< do not verify the certificate
  std::string client_cert;    ///< PEM file, or empty
  std::string client_key;     ///< PEM file; empty when the key is in `client_cert`
  Secret proxy;               ///< the proxy's URL, which may carry a password; `none`: no proxy at all
  friend bool operator==(const Transport&, const Transport&) = default;
};

/// What health checks and the GPU views know of a server beside how it is reached.
struct Watched {
  std::string metrics_url;          ///< its metrics page, where that is not the usual one
  std::string dcgm_url;             ///< page of the DCGM exporter beside it
  std::string gpu_host;             ///< `[USER@]HOST` whose GPUs it runs on; empty: this machine's, if it runs here
  std::vector<std::string> groups;  ///< `@NAME` stands for all servers of that group
  bool scale_to_zero = false;       ///< being down is no fault: the first request starts it
  friend bool operator==(const Watched&, const Watched&) = default;
};

/// `[model.params]`: how one upstream is reached.
struct ModelParams {
  std::string provider = "openai_compatible";
  std::string model;     ///< the upstream's name for it; empty: the public name
  std::string api_base;  ///< empty: the provider's
  Secret api_key;        ///< the text `client` forwards the client's own key: see `forwards_client_key`
  std::string auth_header_name;
  std::string auth_header_format;
  HeaderMap headers;
  std::optional<milliseconds> timeout;  ///< replaces both read timeouts of the server
  MessagesMode messages = MessagesMode::chat;
  ReasoningTags reasoning_tags = ReasoningTags::off;
  std::optional<std::string> version_segment;  ///< nullopt: the provider's; empty: append none
  Transport transport;
  friend bool operator==(const ModelParams&, const ModelParams&) = default;

  /// True when each client's own credential goes to the upstream.
  [[nodiscard]] bool forwards_client_key() const { return api_key.equals("client"); }
};

/// The name of the `[[model]]` that takes every name no other one has.
inline constexpr std::string_view any_model = "*";

/// `[[model]]`: a public name and the upstream behind it.
struct Model {
  std::string name;
  std::string kind;  ///< of the server behind it; empty: found out
  Watched watched;
  ModelParams params;
  friend bool operator==(const Model&, const Model&) = default;
};

/// `[alias]`: names that clients use for the model that runs.
struct Alias {
  std::string model;  ///< empty: no rewriting but by `map`
  std::vector<std::string> sources;
  bool rewrite_all = false;
  bool claude_prefix = true;
  NameMap map;
  friend bool operator==(const Alias&, const Alias&) = default;
};

/// A context size, written as a number of tokens or as "auto": what the upstream lists.
struct ContextLimit {
  bool automatic = false;
  std::int64_t tokens = 0;
  friend bool operator==(const ContextLimit&, const ContextLimit&) = default;
};

/// `[limits]`: caps on output tokens. Nothing is capped unless written.
struct Limits {
  std::optional<ContextLimit> max_context_tokens;
  std::optional<std::int64_t> max_output_tokens;
  std::int64_t reserve_tokens = 512;
  std::int64_t chars_per_token = 3;
  friend bool operator==(const Limits&, const Limits&) = default;
};

/// Which format client commands speak to a gateway.
enum class ClientApi : std::uint8_t { chat, messages };

/// `[profiles.NAME]`: a gateway or provider that client commands talk to.
struct Profile {
  std::string kind = "openai_compatible";
  std::string base_url;
  Secret api_key;
  std::string api_key_env;
  std::string model;
  ClientApi api = ClientApi::chat;
  std::string system;
  HeaderMap headers;
  std::optional<std::string> version_segment;
  Transport transport;
  Watched watched;
  /// The variable that `api_key` names and that is not set: an error once the profile is used, not before.
  std::string missing_variable;
  friend bool operator==(const Profile&, const Profile&) = default;
};

/// `[launch.NAME]`: how the server of a model was started, for people to read. Nothing is started by it.
struct Launch {
  std::string model;                               ///< the id that it serves; empty: the section's name
  std::string engine;                              ///< `vllm 0.19.1`
  std::string parallelism;                         ///< `tp=8 dp=1`
  std::string speculative;                         ///< `mtp, 2 tokens`
  std::string kv_dtype;                            ///< `fp8`
  std::optional<std::int64_t> context;             ///< tokens; what the server lists wins
  std::optional<std::int64_t> max_num_seqs;        ///< requests in work at once
  std::optional<std::int64_t> max_batched_tokens;  ///< tokens of one step
  std::string gpu_memory_utilization;              ///< `0.92`
  friend bool operator==(const Launch&, const Launch&) = default;
};

/// A whole configuration file.
struct Config {
  std::string profile;  ///< the profile in effect unless another is asked for
  Server server;
  Routing routing;
  std::vector<Model> models;
  Alias alias;
  Limits limits;
  Health health;
  std::map<std::string, Profile> profiles;
  std::map<std::string, Launch> launches;
  friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace llmgw::config
