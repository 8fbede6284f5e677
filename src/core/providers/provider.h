#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/dialects/traits.h"

namespace llmgw::provider {

/// How a provider wants its key.
enum class AuthKind {
  bearer,     ///< `authorization: Bearer KEY`
  x_api_key,  ///< `x-api-key: KEY`
};

/// One provider or engine: a row of data, never code. See `catalog.cpp`.
struct Provider {
  std::string_view name;
  std::string_view base_url;         ///< without version segment; empty: must be given
  std::string_view version_segment;  ///< appended to a base that does not end with one
  std::string_view dialect;          ///< name in the registry of dialects
  AuthKind auth = AuthKind::bearer;
  bool needs_key = false;      ///< a model without key is a configuration error
  bool custom_auth = true;     ///< takes auth_header_name and auth_header_format
  bool counts_tokens = false;  ///< answers POST /messages/count_tokens itself
  std::string_view doc = {};   ///< what it is, for the reference page
  dialect::Traits traits = {};
};

/// All providers in the order of the reference page.
std::span<const Provider> providers();
/// The provider of that name, or nullptr.
const Provider* find_provider(std::string_view name);
/// The provider of that name; the error (`config`) names the nearest one.
Result<const Provider*> require_provider(std::string_view name);
/// All names.
std::vector<std::string_view> provider_names();

/// A kind of server that is no provider of its own: it speaks what any compatible server speaks, or is only watched.
struct ServerKind {
  std::string_view name;
  std::string_view doc;
};
/// All of these, in the order of the reference page.
std::span<const ServerKind> server_kinds();
/// What a `kind` may be: every provider and every kind of server.
std::vector<std::string_view> kind_names();
/// The provider that stands for a kind of that name; nullptr for an unknown one.
const Provider* provider_of_kind(std::string_view kind);

/// The address that requests go to, version segment included: `base` (the provider's own when empty) with
/// `version_segment` (the provider's when nullopt) appended unless its last path segment is `v<digit>...`.
std::string versioned_base(const Provider& provider, std::string_view base,
                           const std::optional<std::string>& version_segment = std::nullopt);
/// The same address without its version segment: where engines keep /health, /tokenize and /metrics.
std::string root_base(const Provider& provider, std::string_view base);

}  // namespace llmgw::provider
