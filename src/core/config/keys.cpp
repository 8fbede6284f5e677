// The one list of configuration keys. To add a key: a field in schema.h and a row here; the loader, `config schema`,
// `config show` and docs/config.md follow.
#include "core/config/keys.h"

#include <algorithm>
#include <array>

namespace llmgw::config {
namespace key_table {

template <class T>
struct OwnerOf;
template <class Owner, class Value>
struct OwnerOf<Value Owner::*> {
  using Type = Owner;
  using ValueType = Value;
};

/// The field that a member pointer names, in an object of its class.
template <auto Member>
Field of(void* object) {
  using Traits = OwnerOf<decltype(Member)>;
  auto& value = static_cast<typename Traits::Type*>(object)->*Member;
  if constexpr (std::is_enum_v<typename Traits::ValueType>) {
    return ChoiceField{reinterpret_cast<std::uint8_t*>(&value)};
  } else {
    return &value;
  }
}

/// The same of a struct inside that object.
template <auto Outer, auto Member>
Field of(void* object) {
  return of<Member>(&(static_cast<typename OwnerOf<decltype(Outer)>::Type*>(object)->*Outer));
}

constexpr std::array<std::string_view, 2> auth{"token", "none"};
constexpr std::array<std::string_view, 3> access_log{"off", "text", "json"};
constexpr std::array<std::string_view, 2> messages{"chat", "native"};
constexpr std::array<std::string_view, 2> api{"chat", "messages"};
constexpr std::array<std::string_view, 3> reasoning_tags{"off", "tags", "opened"};
constexpr std::int64_t day = 86'400;
constexpr std::int64_t gigabyte = std::int64_t{1} << 30;

const std::array rows{
    Key{"", "profile", of<&Config::profile>, "The profile that client commands use unless -p names another."},

    Key{"server", "listen", of<&Server::listen>,
        "Where to listen: HOST:PORT, [IPV6]:PORT or unix:PATH; port 0 lets the system pick. Without it 127.0.0.1:4000 "
        "and, where there is IPv6, [::1]:4000."},
    Key{.section = "server",
        .name = "threads",
        .field = of<&Server::threads>,
        .doc = "Worker threads; 0 means one per core, at most four.",
        .most = 256},
    Key{.section = "server",
        .name = "auth",
        .field = of<&Server::auth>,
        .doc = "Whether clients must present the token. With \"none\" everybody who can connect may spend your keys.",
        .choices = auth},
    Key{"server", "token", of<&Server::token>,
        "The token that clients present; LLMGW_TOKEN wins over it, and without both one is made and kept in the state "
        "folder."},
    Key{.section = "server",
        .name = "access_log",
        .field = of<&Server::access_log>,
        .doc = "The one line per request on stderr.",
        .choices = access_log},
    Key{"server", "access_log_probes", of<&Server::access_log_probes>,
        "Also one line for each health probe, scrape of /metrics and CORS preflight; they come often and say little."},
    Key{.section = "server",
        .name = "max_body_bytes",
        .field = of<&Server::max_body_bytes>,
        .doc = "Largest request body after inflation; a larger one is refused with 413.",
        .least = 1024,
        .most = gigabyte},
    Key{.section = "server",
        .name = "max_bodies_bytes",
        .field = of<&Server::max_bodies_bytes>,
        .doc =
            "What the bodies of all requests under way may take together; one that finds no room is refused with 503 "
            "and Retry-After. Bodies of up to 64 KiB are not counted.",
        .least = 1024,
        .most = 1024 * gigabyte},
    Key{"server", "strict", of<&Server::strict>,
        "Refuse a request with 400 when translation would have to drop one of its fields."},
    Key{"server", "allow_hosts", of<&Server::allow_hosts>,
        "Names that requests may carry in their Host header beside the loopback names and the listen addresses."},
    Key{"server", "allow_origins", of<&Server::allow_origins>,
        "Origins of web pages that may call llmgw, such as https://app.example; they get CORS headers."},
    Key{"server", "insecure_bind", of<&Server::insecure_bind>, "Allow listening beyond loopback without TLS."},
    Key{"server", "passthrough", of<&Server::passthrough>, "Forward other /v1 paths to the upstream as they are."},
    Key{.section = "server",
        .name = "keepalive_s",
        .field = of<&Server::keepalive>,
        .doc = "Silence of the upstream after which a streaming client gets a sign of life; 0 turns it off.",
        .most = day},
    Key{.section = "server",
        .name = "connect_timeout_s",
        .field = of<&Server::connect_timeout>,
        .doc = "Longest wait for a connection to an upstream.",
        .most = day},
    Key{.section = "server",
        .name = "stream_read_timeout_s",
        .field = of<&Server::stream_read_timeout>,
        .doc = "Longest silence of an upstream inside a stream; then 504 or an error event.",
        .most = day},
    Key{.section = "server",
        .name = "read_timeout_s",
        .field = of<&Server::read_timeout>,
        .doc = "Longest wait for an answer that is not streamed.",
        .most = day},
    Key{.section = "server",
        .name = "drain_s",
        .field = of<&Server::drain>,
        .doc = "How long running requests may finish after SIGTERM or SIGINT.",
        .most = day},
    Key{"server", "control", of<&Server::control>,
        "Path of the control socket, which `llmgw status` asks; without it serve-PORT.sock in $XDG_RUNTIME_DIR/llmgw, "
        "or "
        "beside the token."},
    Key{.section = "server",
        .name = "slow_ms",
        .field = of<&Server::slow_ms>,
        .doc =
            "A request that waits so many milliseconds, for its answer, the first token of a stream or the next piece "
            "of one, is kept for `llmgw status`, as failed ones are; the last 100, without bodies."},

    Key{.section = "routing",
        .name = "num_retries",
        .field = of<&Routing::num_retries>,
        .doc = "Further attempts after a failure that a retry can cure, before anything reached the client.",
        .most = 10},

    Key{.section = "model",
        .name = "name",
        .field = of<&Model::name>,
        .doc = "The public name, unique in the file; * takes every name that no other row has.",
        .required = true},
    Key{"model", "kind", of<&Model::kind>,
        "What kind of server stands behind it, for health checks; found out unless said."},
    Key{"model", "groups", of<&Model::watched, &Watched::groups>,
        "Groups that it belongs to: `llmgw health @NAME` checks them all."},
    Key{"model", "scale_to_zero", of<&Model::watched, &Watched::scale_to_zero>,
        "Being down is no fault: the first request starts the server."},
    Key{"model", "metrics_url", of<&Model::watched, &Watched::metrics_url>,
        "Address of the server's metrics page, where it is not the usual one of its kind."},
    Key{"model", "dcgm_url", of<&Model::watched, &Watched::dcgm_url>,
        "Address of the DCGM exporter that tells of the server's GPUs, such as http://gpu1:9400/metrics."},
    Key{"model", "gpu_host", of<&Model::watched, &Watched::gpu_host>,
        "The machine whose GPUs the server runs on, as ssh names it."},
    Key{"model.params", "provider", of<&ModelParams::provider>,
        "Whose API stands behind it; decides the format, the default address and the kind of credential."},
    Key{"model.params", "model", of<&ModelParams::model>,
        "The upstream's name for the model; the public name unless said."},
    Key{"model.params", "api_base", of<&ModelParams::api_base>,
        "The upstream's address. The provider's version segment (v1) is appended unless the last path segment is one."},
    Key{"model.params", "api_key", of<&ModelParams::api_key>,
        "The upstream's key, best as os.environ/NAME; \"client\" forwards the client's own."},
    Key{"model.params", "auth_header_name", of<&ModelParams::auth_header_name>,
        "Header that carries the key in place of the provider's."},
    Key{"model.params", "auth_header_format", of<&ModelParams::auth_header_format>,
        "That header's value, with {api_key} exactly once, such as Token {api_key}; {{ and }} are literal braces."},
    Key{"model.params", "headers", of<&ModelParams::headers>, "Further headers sent to the upstream."},
    Key{.section = "model.params",
        .name = "timeout",
        .field = of<&ModelParams::timeout>,
        .doc = "Read timeout of this upstream in place of the server's.",
        .most = day},
    Key{.section = "model.params",
        .name = "messages",
        .field = of<&ModelParams::messages>,
        .doc = "How Messages clients reach a provider that speaks Chat: translated, or through its own Messages "
               "endpoint.",
        .choices = messages},
    Key{.section = "model.params",
        .name = "reasoning_tags",
        .field = of<&ModelParams::reasoning_tags>,
        .doc =
            "Takes <think> reasoning out of the answer's text: \"tags\" where the model writes both tags, \"opened\" "
            "where its template has written the opening one.",
        .choices = reasoning_tags},
    Key{"model.params", "version_segment", of<&ModelParams::version_segment>,
        "Version segment in place of the provider's; an empty text appends none."},
    Key{"model.params", "ca_file", of<&ModelParams::transport, &Transport::ca_file>,
        "PEM file of the authorities that may sign the upstream's certificate, in place of the system's."},
    Key{"model.params", "insecure_tls", of<&ModelParams::transport, &Transport::insecure_tls>,
        "Do not verify the upstream's certificate."},
    Key{"model.params", "client_cert", of<&ModelParams::transport, &Transport::client_cert>,
        "PEM file of the certificate that llmgw shows the upstream."},
    Key{"model.params", "client_key", of<&ModelParams::transport, &Transport::client_key>,
        "PEM file of that certificate's key, where client_cert does not hold it."},
    Key{"model.params", "proxy", of<&ModelParams::transport, &Transport::proxy>,
        "Proxy to reach the upstream through, in place of the environment's; \"none\" goes there directly."},

    Key{"alias", "model", of<&Alias::model>,
        "The model that runs, spelt as the upstream spells it; without it only the map acts."},
    Key{"alias", "sources", of<&Alias::sources>, "Names that stand for it, whatever their letter case."},
    Key{"alias", "rewrite_all", of<&Alias::rewrite_all>, "Every name that is not empty stands for it."},
    Key{"alias", "claude_prefix", of<&Alias::claude_prefix>, "Names that begin with claude- stand for it."},
    Key{"alias", "map", of<&Alias::map>,
        "Single names and what they stand for, whatever their letter case; looked at first."},

    Key{.section = "limits",
        .name = "max_context_tokens",
        .field = of<&Limits::max_context_tokens>,
        .doc = "Context of the model in tokens, or \"auto\" for what the upstream lists; caps the output at what the "
               "prompt leaves.",
        .least = 1},
    Key{.section = "limits",
        .name = "max_output_tokens",
        .field = of<&Limits::max_output_tokens>,
        .doc = "Largest output limit that a client may ask for; larger ones are lowered to it.",
        .least = 1},
    Key{"limits", "reserve_tokens", of<&Limits::reserve_tokens>, "Tokens kept free beside the prompt's estimate."},
    Key{.section = "limits",
        .name = "chars_per_token",
        .field = of<&Limits::chars_per_token>,
        .doc = "Characters counted as one token in that estimate.",
        .least = 1,
        .most = 64},

    Key{"health", "background", of<&Health::background>,
        "Whether `llmgw serve` checks its upstreams by itself, with questions that cost nothing."},
    Key{.section = "health",
        .name = "interval",
        .field = of<&Health::interval>,
        .doc = "Time from one round of these checks to the next.",
        .least = 1,
        .most = day},
    Key{.section = "health",
        .name = "timeout",
        .field = of<&Health::timeout>,
        .doc = "Limit on one question.",
        .least = 1,
        .most = day},

    Key{"profiles", "kind", of<&Profile::kind>,
        "What the gateway is: a provider's name, or another kind of server (see Kinds)."},
    Key{.section = "profiles",
        .name = "base_url",
        .field = of<&Profile::base_url>,
        .doc = "The gateway's address; the provider's unless said."},
    Key{"profiles", "api_key", of<&Profile::api_key>, "The key, best as os.environ/NAME."},
    Key{"profiles", "api_key_env", of<&Profile::api_key_env>, "Name of the variable that holds the key."},
    Key{"profiles", "model", of<&Profile::model>, "The model asked for unless the command names one."},
    Key{.section = "profiles",
        .name = "api",
        .field = of<&Profile::api>,
        .doc = "The format to speak.",
        .choices = api},
    Key{"profiles", "system", of<&Profile::system>, "System prompt of chats that set none."},
    Key{"profiles", "headers", of<&Profile::headers>, "Further headers sent to the gateway."},
    Key{"profiles", "version_segment", of<&Profile::version_segment>,
        "Version segment in place of the provider's; an empty text appends none."},
    Key{"profiles", "ca_file", of<&Profile::transport, &Transport::ca_file>,
        "PEM file of the authorities that may sign the gateway's certificate, in place of the system's."},
    Key{"profiles", "insecure_tls", of<&Profile::transport, &Transport::insecure_tls>,
        "Do not verify the gateway's certificate."},
    Key{"profiles", "client_cert", of<&Profile::transport, &Transport::client_cert>,
        "PEM file of the certificate that llmgw shows the gateway."},
    Key{"profiles", "client_key", of<&Profile::transport, &Transport::client_key>,
        "PEM file of that certificate's key, where client_cert does not hold it."},
    Key{"profiles", "proxy", of<&Profile::transport, &Transport::proxy>,
        "Proxy to reach the gateway through, in place of the environment's; \"none\" goes there directly."},
    Key{"profiles", "groups", of<&Profile::watched, &Watched::groups>,
        "Groups that it belongs to: `llmgw health @NAME` checks them all."},
    Key{"profiles", "scale_to_zero", of<&Profile::watched, &Watched::scale_to_zero>,
        "Being down is no fault: the first request starts the server."},
    Key{"profiles", "metrics_url", of<&Profile::watched, &Watched::metrics_url>,
        "Address of the server's metrics page, where it is not the usual one of its kind."},
    Key{"profiles", "dcgm_url", of<&Profile::watched, &Watched::dcgm_url>,
        "Address of the DCGM exporter that tells of the server's GPUs, such as http://gpu1:9400/metrics."},
    Key{"profiles", "gpu_host", of<&Profile::watched, &Watched::gpu_host>,
        "The machine whose GPUs the server runs on, as ssh names it."},

    Key{"launch", "model", of<&Launch::model>, "The id that the server lists; the section's name unless said."},
    Key{"launch", "engine", of<&Launch::engine>, "The engine and its version."},
    Key{"launch", "parallelism", of<&Launch::parallelism>, "How it is spread over GPUs, such as tp=8."},
    Key{"launch", "speculative", of<&Launch::speculative>, "Its speculative decoding."},
    Key{"launch", "kv_dtype", of<&Launch::kv_dtype>, "The type of its KV cache, such as fp8."},
    Key{.section = "launch",
        .name = "context",
        .field = of<&Launch::context>,
        .doc = "Its context in tokens; what the server lists wins.",
        .least = 1},
    Key{.section = "launch",
        .name = "max_num_seqs",
        .field = of<&Launch::max_num_seqs>,
        .doc = "Most requests that it works on at once.",
        .least = 1},
    Key{.section = "launch",
        .name = "max_batched_tokens",
        .field = of<&Launch::max_batched_tokens>,
        .doc = "Most tokens of one step.",
        .least = 1},
    Key{"launch", "gpu_memory_utilization", of<&Launch::gpu_memory_utilization>,
        "Share of the GPUs' memory that it takes, such as \"0.92\"."},
};

}  // namespace key_table

std::span<const Key> keys() { return key_table::rows; }

const Key* find_key(std::string_view section, std::string_view name) {
  const auto found =
      std::ranges::find_if(key_table::rows, [&](const Key& key) { return key.section == section && key.name == name; });
  return found == key_table::rows.end() ? nullptr : &*found;
}

}  // namespace llmgw::config
