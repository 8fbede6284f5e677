#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/config/schema.h"
#include "core/dialects/dialect.h"
#include "core/net/http_client.h"
#include "core/providers/auth.h"
#include "core/providers/provider.h"

namespace llmgw::proxy {

class Policy;

/// The name of the `[[model]]` row that takes every name no other row has.
inline constexpr std::string_view any_name = config::any_model;

/// One server that answers requests for a model: everything that a request needs to get there.
struct Upstream {
  std::string public_name;  ///< the name that clients use; empty: any name
  std::string label;        ///< provider and authority, for logs
  std::string model;        ///< the name the upstream knows; empty: the one asked for
  const provider::Provider* provider = nullptr;
  const dialect::Dialect* dialect = nullptr;  ///< what it speaks for generation
  bool native_messages = false;               ///< it also speaks Messages itself, and is trusted with it
  net::SharedEndpoint endpoint;               ///< the server
  std::string base_path;                      ///< up to and with the version segment
  Secret key;
  config::ReasoningTags reasoning_tags = config::ReasoningTags::off;
  bool client_key = false;  ///< forward the client's own credential
  provider::AuthScheme auth;
  std::vector<http::Header> headers;  ///< added to every request; values may be credentials
  net::Deadlines deadlines;

  /// The dialect used for a client of `client`: its own where the upstream speaks it.
  [[nodiscard]] const dialect::Dialect& speaks(const dialect::Dialect& client) const;
};

/// What a `[[model]]` row says, with the server's time limits. Errors are `config`.
Result<Upstream> make_upstream(const config::Server& server, const config::Model& model);

/// Lets a name be looked up without a string of its own.
struct NameHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
};

/// The configuration as the request path sees it: resolved, immutable, shared by reference. A request keeps the
/// snapshot it began with; a reload hands every worker a new one.
struct Snapshot {
  config::Config config;
  std::vector<Upstream> upstreams;
  std::optional<std::size_t> catch_all;  ///< the upstream that takes names no row has
  std::unordered_map<std::string, std::size_t, NameHash, std::equal_to<>> by_name;
  std::vector<std::unique_ptr<const Policy>> policies;
  Secret token;
  bool token_required = true;

  Snapshot();
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  /// The upstream for a public model name, or nullptr.
  [[nodiscard]] const Upstream* find(std::string_view model) const;
  /// The only upstream there is, or nullptr when there are several.
  [[nodiscard]] const Upstream* only() const;
};

/// Compiles a validated configuration. `token` is the local token, empty with `auth = "none"`.
Result<std::shared_ptr<const Snapshot>> make_snapshot(config::Config config, Secret token);

}  // namespace llmgw::proxy
