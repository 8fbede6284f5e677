#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace llmgw::doctor {

/// Seconds since 1970 of a Date header in the form that servers must send (RFC 9110 section 5.6.7, IMF-fixdate:
/// `Sun, 06 Nov 1994 08:49:37 GMT`); nullopt for anything else.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace llmgw::doctor
