#pragma once

#include "core/base/error.h"
#include "core/http/message.h"
#include "proxy/pipeline/attempt.h"
#include "proxy/pipeline/exchange.h"
#include "proxy/pipeline/record.h"

namespace llmgw::proxy {

/// The headers of a request to an upstream. Same format: the client's, without hop-by-hop ones, credentials, cookies
/// and what concerns browsers and proxies only. Translated: a short list that any server understands, and the version
/// that the upstream's format asks for. The upstream's credential and the configured headers come last and win.
http::Headers upstream_headers(const Exchange& exchange, const Upstream& upstream, bool same_format);

/// Removes the credential parameter `key=` from a query, for forwarding it.
std::string without_key(std::string_view query);

/// Copies what a client may see of an upstream's answer: retry advice, rate limits, processing time.
void copy_answer_headers(const http::Headers& from, http::Headers& to);

/// The id that the upstream gave the request, unless it is the one it was sent, or absurdly long; empty: none.
std::string upstream_request_id(const http::Headers& from, const Exchange& exchange);

/// The head of a good answer: ids, what llmgw did, and the allowed headers of the upstream.
http::ResponseHead answer_head(const Exchange& exchange, const Record& record, const http::ResponseHead& upstream,
                               std::string_view content_type);

/// The head of an error answer: ids, the advice of an upstream that refused, and what llmgw did.
http::ResponseHead error_head(const Exchange& exchange, const Record& record, const Error& error);

}  // namespace llmgw::proxy
