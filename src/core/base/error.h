#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace llmgw {

/// What went wrong, as a class. Each class has one row in `error_classes()`: HTTP status, exit code, wire names.
enum class Errc {
  internal,           ///< a bug of ours
  usage,              ///< the command line is wrong
  config,             ///< the configuration is wrong
  invalid_request,    ///< the request body or its fields are wrong
  context_length,     ///< the prompt does not fit the model's context
  content_policy,     ///< refused by a content filter
  authentication,     ///< the client's credential is missing or wrong
  upstream_auth,      ///< the upstream refused llmgw's own credential
  permission,         ///< known, but not allowed
  not_found,          ///< unknown model, path or object
  too_large,          ///< a body over the limit
  rate_limit,         ///< too many requests; retry later
  quota,              ///< budget or quota spent; a retry does not help
  timeout,            ///< a time limit expired while talking to the upstream
  overloaded,         ///< the upstream (or llmgw) cannot take more work now
  upstream_error,     ///< the upstream failed
  upstream_protocol,  ///< the upstream broke its protocol: cut stream, bad JSON, bad HTTP
  network,            ///< could not reach the other side: DNS, refused, TLS
  check_failed,       ///< a check that was asked for did not pass (SLO, health)
  cancelled,          ///< the client went away or a signal came
};

/// Where on its way an exchange with a server failed, for those who judge connections. Errors of other origin have
/// none.
enum class NetFault : std::uint8_t {
  none,
  look_up,                  ///< the host's name has no address
  connect,                  ///< refused, no route, a proxy's refusal, or no connection in time
  handshake,                ///< TLS failed, not for one of the reasons below
  certificate_expired,      ///< the server's certificate is over, or not valid yet
  certificate_self_signed,  ///< it, or the root of its chain, signed itself and is not trusted
  certificate_untrusted,    ///< its authority is not known
  certificate_name,         ///< it is of another name
  client_certificate,       ///< the server wants one from us, or ours cannot be used
  exchange,                 ///< connected, and no whole answer came
};

/// A failure as a value: a sentence the reader can act on, and where it happened.
struct Error {
  Errc code = Errc::internal;
  NetFault fault = NetFault::none;  ///< of errors of exchanges with servers: where they failed
  std::string message;              ///< a sentence; never holds a secret
  std::string param;                ///< the field at fault as a dotted path (`messages[0].content[1].type`), or empty
  std::string wire_code;            ///< replaces the class's default `error.code` on the wire; empty = default
  std::string wire_type;            ///< replaces the class's default `error.type` for OpenAI clients; empty = default
  int status = 0;                   ///< replaces the class's HTTP status; 0 = the class's
  std::string retry_after;          ///< `retry-after` value to pass on (seconds or HTTP date), or empty
  std::optional<bool> retryable;    ///< written as `x-should-retry` when set
  std::string details;              ///< raw JSON object for the envelope's `error.details`, or empty
};

/// The result of anything that can fail.
template <class T = void>
using Result = std::expected<T, Error>;

/// Builds the failure branch of a Result.
inline std::unexpected<Error> fail(Errc code, std::string message, std::string param = {}, std::string wire_code = {}) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  error.param = std::move(param);
  error.wire_code = std::move(wire_code);
  return std::unexpected(std::move(error));
}

/// One row of the error table: everything that follows from the class.
struct ErrorClass {
  Errc code;
  std::string_view name;            ///< metric label and log field
  int http_status;                  ///< to OpenAI-style clients
  int anthropic_status;             ///< to Messages clients (529 for overloaded)
  std::string_view openai_type;     ///< `error.type`
  std::string_view openai_code;     ///< `error.code`; empty = null
  std::string_view anthropic_type;  ///< `error.type` of the Messages envelope
  int exit_code;                    ///< of every command
  bool retryable;                   ///< a retry may help
};

/// The whole table, ordered by Errc.
std::span<const ErrorClass> error_classes();

/// The row of one class.
const ErrorClass& error_class(Errc code);

}  // namespace llmgw

#define LLMGW_JOIN_(a, b) a##b
#define LLMGW_JOIN(a, b) LLMGW_JOIN_(a, b)

// What happens on errors is unlikely: that keeps it out of the way of the code that every request runs through.
// GCC 12.2 crashes on statement expressions that hold co_await, so these are declaration macros:
// `TRY(auto x, f());` declares x or returns the error; `TRY_VOID(f());` for Result<>.
#define TRY_IMPL(temp, decl, ...)                    \
  auto temp = __VA_ARGS__;                           \
  if (!temp) [[unlikely]]                            \
    return std::unexpected(std::move(temp).error()); \
  decl = *std::move(temp)
#define TRY(decl, ...) TRY_IMPL(LLMGW_JOIN(try_result_, __COUNTER__), decl, __VA_ARGS__)
#define TRY_VOID(...)                                            \
  if (auto try_result_ = __VA_ARGS__; !try_result_) [[unlikely]] \
  return std::unexpected(std::move(try_result_).error())

// The same inside a coroutine: `CO_TRY(auto x, co_await f());`
#define CO_TRY_IMPL(temp, decl, ...)                    \
  auto temp = __VA_ARGS__;                              \
  if (!temp) [[unlikely]]                               \
    co_return std::unexpected(std::move(temp).error()); \
  decl = *std::move(temp)
#define CO_TRY(decl, ...) CO_TRY_IMPL(LLMGW_JOIN(co_try_result_, __COUNTER__), decl, __VA_ARGS__)
#define CO_TRY_VOID_IMPL(temp, ...) \
  auto temp = __VA_ARGS__;          \
  if (!temp) [[unlikely]]           \
  co_return std::unexpected(std::move(temp).error())
#define CO_TRY_VOID(...) CO_TRY_VOID_IMPL(LLMGW_JOIN(co_try_result_, __COUNTER__), __VA_ARGS__)
