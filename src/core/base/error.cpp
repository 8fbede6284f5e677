#include "core/base/error.h"

#include <array>
#include <cstddef>

namespace llmgw {
namespace error_table {

// Type and code names are those that OpenAI and Anthropic document for their APIs; 529 is Anthropic's status for
// an overloaded service (docs.claude.com/en/api/errors). Exit codes are documented in llmgw(1).
constexpr std::array rows{
    ErrorClass{Errc::internal, "internal", 500, 500, "server_error", "internal_error", "api_error", 1, false},
    ErrorClass{Errc::usage, "usage", 400, 400, "invalid_request_error", "", "invalid_request_error", 2, false},
    ErrorClass{Errc::config, "config", 500, 500, "server_error", "config_error", "api_error", 3, false},
    ErrorClass{Errc::invalid_request, "invalid_request", 400, 400, "invalid_request_error", "", "invalid_request_error",
               9, false},
    ErrorClass{Errc::context_length, "context_length", 400, 400, "invalid_request_error", "context_length_exceeded",
               "invalid_request_error", 9, false},
    ErrorClass{Errc::content_policy, "content_policy", 400, 400, "invalid_request_error", "content_filter",
               "invalid_request_error", 9, false},
    ErrorClass{Errc::authentication, "authentication", 401, 401, "authentication_error", "invalid_api_key",
               "authentication_error", 4, false},
    ErrorClass{Errc::upstream_auth, "upstream_auth", 502, 502, "api_error", "upstream_auth_error", "api_error", 4,
               false},
    ErrorClass{Errc::permission, "permission", 403, 403, "permission_error", "permission_denied", "permission_error", 4,
               false},
    ErrorClass{Errc::not_found, "not_found", 404, 404, "invalid_request_error", "model_not_found", "not_found_error", 5,
               false},
    ErrorClass{Errc::too_large, "too_large", 413, 413, "invalid_request_error", "request_too_large",
               "request_too_large", 9, false},
    ErrorClass{Errc::rate_limit, "rate_limit", 429, 429, "rate_limit_error", "rate_limit_exceeded", "rate_limit_error",
               6, true},
    ErrorClass{Errc::quota, "quota", 429, 429, "insufficient_quota", "insufficient_quota", "rate_limit_error", 6,
               false},
    ErrorClass{Errc::timeout, "timeout", 504, 504, "timeout_error", "upstream_timeout", "timeout_error", 8, true},
    ErrorClass{Errc::overloaded, "overloaded", 503, 529, "service_unavailable", "overloaded", "overloaded_error", 7,
               true},
    ErrorClass{Errc::upstream_error, "upstream_error", 502, 502, "server_error", "upstream_error", "api_error", 7,
               true},
    ErrorClass{Errc::upstream_protocol, "upstream_protocol", 502, 502, "server_error", "upstream_protocol_error",
               "api_error", 7, true},
    ErrorClass{Errc::network, "network", 502, 502, "server_error", "upstream_unreachable", "api_error", 8, true},
    ErrorClass{Errc::check_failed, "check_failed", 500, 500, "server_error", "check_failed", "api_error", 10, false},
    ErrorClass{Errc::cancelled, "cancelled", 499, 499, "server_error", "client_disconnect", "api_error", 130, false},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].code) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table is indexed by Errc");

}  // namespace error_table

std::span<const ErrorClass> error_classes() { return error_table::rows; }

const ErrorClass& error_class(Errc code) { return error_table::rows[static_cast<std::size_t>(code)]; }

}  // namespace llmgw
