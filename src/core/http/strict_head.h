#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace llmgw::http {

/// Why a message is refused: the status that answers a request, and the reason in words.
struct Fault {
  int status = 400;
  std::string reason;
};

/// What a strict look at a head has found out about its message.
struct HeadFacts {
  bool http10 = false;
  bool chunked = false;
  bool expects_continue = false;
  std::optional<std::uint64_t> content_length;
  std::string_view authority;    ///< of a request target in absolute form, which stands above the Host header
  std::string_view origin_form;  ///< the request target's path and query
};

/// Checks a request's head, blank line included, for everything that two readers could understand differently
/// (RFC 9112 sections 2.2, 3, 5 and 6): a general parser lets much of it pass. Views point into `head`.
std::expected<HeadFacts, Fault> check_request_head(std::string_view head, std::size_t max_fields);
/// The same for the head of a response.
std::expected<HeadFacts, Fault> check_response_head(std::string_view head, std::size_t max_fields);
/// Checks the trailer lines behind a last chunk, blank line included. Trailers that would change framing, routing,
/// authentication or meaning are refused (RFC 9110 section 6.5.1).
std::expected<void, Fault> check_trailers(std::string_view lines, std::size_t max_fields);

}  // namespace llmgw::http
