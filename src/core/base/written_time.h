#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

/// Times as others write them. Points in time are read as seconds since 1970-01-01 UTC: nullopt for anything else, days
/// that a month does not have among it; a leap second (60) is taken.
namespace llmgw {

/// A Date header in the form that servers must send (RFC 9110 section 5.6.7, IMF-fixdate):
/// `Sun, 06 Nov 1994 08:49:37 GMT`.
std::optional<std::int64_t> parse_http_date(std::string_view text);

/// RFC 3339, with `T` or a blank in the middle and any fraction of a second, which is dropped. A time without a zone
/// counts as UTC: Python's isoformat() leaves it out.
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

/// What OpenSSL's ASN1_TIME_print writes into certificates' descriptions: `Nov  6 08:49:37 1994 GMT`.
std::optional<std::int64_t> parse_certificate_time(std::string_view text);

/// A length of time as it was written: a number and its unit (`ns`, `us`, `ms`, `s`, `m`, `h`), or a bare number.
struct WrittenDuration {
  double number = 0;                             ///< finite, not negative
  std::optional<std::chrono::nanoseconds> unit;  ///< nullopt: none was written

  /// In nanoseconds, where a bare number counts `bare`.
  [[nodiscard]] double ns(std::chrono::nanoseconds bare) const {
    return number * static_cast<double>(unit.value_or(bare).count());
  }
};
/// nullopt for anything else.
std::optional<WrittenDuration> read_duration(std::string_view text);

}  // namespace llmgw
