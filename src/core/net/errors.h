#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/net/http_client.h"

namespace llmgw::net {

/// The other side could not be reached, or answered nothing.
inline std::unexpected<Error> unreachable(NetFault fault, std::string message) {
  auto error = fail(Errc::network, std::move(message));
  error.error().fault = fault;
  return error;
}

/// The waiting coroutine was cancelled.
inline std::unexpected<Error> cancelled() { return fail(Errc::cancelled, "the request was cancelled"); }

/// A time limit expired.
inline std::unexpected<Error> timed_out(NetFault fault, std::string message) {
  auto error = fail(Errc::timeout, std::move(message), {}, "upstream_timeout");
  error.error().fault = fault;
  return error;
}

/// The response body ended before it was complete.
inline std::unexpected<Error> incomplete(std::string message) {
  auto error = fail(Errc::upstream_protocol, std::move(message), {}, "stream_incomplete");
  error.error().fault = NetFault::exchange;
  return error;
}

/// "host:port" or the path of a unix socket, for messages.
std::string endpoint_name(const Endpoint& endpoint);

/// What to say of a body in a coding that cannot be undone.
std::string unknown_coding(std::string_view coding);

/// One read never inflates to more than this.
inline constexpr std::size_t most_inflated = std::size_t{64} << 20U;

}  // namespace llmgw::net
