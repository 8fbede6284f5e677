#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/http/headers.h"

namespace llmgw::dialect {

/// When to try again, as a `retry-after` value: the upstream's header as it came, else `retry-after-ms` rounded up to
/// seconds, else empty.
std::string retry_after_header(const http::Headers& headers);

/// The same from a message ("Please try again in 1.2s", "in 6m0s", "retry in 350ms"); empty when it names no time.
std::string retry_after_text(std::string_view message);

/// How many seconds a `retry-after` value asks to wait at `unix_s` (seconds since 1970): a number, or the time until a
/// date (RFC 9110 section 10.2.3), zero once that has passed; nullopt for anything else.
std::optional<double> retry_after_wait(std::string_view value, std::int64_t unix_s);

}  // namespace llmgw::dialect
