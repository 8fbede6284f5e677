#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/http/headers.h"
#include "core/providers/provider.h"

namespace llmgw::provider {

/// The header that carries an upstream's key: its name and what stands before and after the key.
struct AuthScheme {
  std::string header;
  std::string before;
  std::string after;
  friend bool operator==(const AuthScheme&, const AuthScheme&) = default;
};

/// The scheme of a provider, with the name and format that the configuration puts in its place (empty: the
/// default, `authorization` and `Bearer {api_key}`). Errors are `config`; `param` names the key at fault: a name
/// that is no RFC 9110 token or that llmgw writes itself, a format that does not hold `{api_key}` exactly once and
/// nothing else in braces (`{{` and `}}` are literal ones), a provider that takes none.
Result<AuthScheme> auth_scheme(const Provider& provider, std::string_view custom_name = {},
                               std::string_view custom_format = {});

/// Sets the credential; a header of that name that is there already goes.
void add_credential(http::Headers& headers, const AuthScheme& scheme, const Secret& key);

/// Checks the name of a header that the configuration adds to requests: an RFC 9110 token that is none of those
/// that frame the message or that llmgw writes itself.
Result<> check_header_name(std::string_view name);

}  // namespace llmgw::provider
