#pragma once

#include <optional>
#include <string>

#include "cli/client/target.h"
#include "cli/failure.h"
#include "core/http/message.h"
#include "core/net/http_client.h"

namespace llmgw::cli {

/// What an answer with an error status means, with its cause and what to try.
Failure http_failure(const Target& target, const http::ResponseHead& head, std::string_view body);

/// Takes the target's key and the credentials in its headers out of what a server says: some quote what they refuse.
void hide_credentials(const Target& target, Error& error);

/// What a transport error means: which server, and what to try.
Failure transport_failure(const Target& target, Error error);

/// The request id of an answer, or empty.
std::string request_id_of(const http::ResponseHead& head);

/// How long to wait before the next try: Retry-After where the server gave one of at most a minute, else half a second
/// doubled with each try, times `jitter` (0..1). `unix_s` is the time in seconds since 1970, for a Retry-After that is
/// a date. Nullopt: the failure is not one that another try may mend.
std::optional<net::milliseconds> retry_pause(const Failure& failure, std::int64_t tries, double jitter,
                                             std::int64_t unix_s);

/// A line that tells of the failure and of the next try.
std::string retry_notice(const Failure& failure, net::milliseconds pause);

}  // namespace llmgw::cli
