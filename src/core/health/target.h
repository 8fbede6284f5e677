#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/secret.h"
#include "core/health/kind.h"
#include "core/health/scrape.h"
#include "core/net/http_client.h"
#include "core/providers/auth.h"

namespace llmgw::health {

/// A server to check.
struct Target {
  std::string name;  ///< the profile's, or the URL
  std::string url;   ///< for reports; never with a credential
  net::Endpoint endpoint;
  std::string root_path;       ///< where engines keep /health and /metrics: usually empty
  std::string api_path;        ///< the versioned base: /v1
  const Kind* kind = nullptr;  ///< null: to be found out
  Secret key;
  provider::AuthScheme auth{"authorization", "Bearer ", ""};  ///< how the key is sent
  std::vector<std::pair<std::string, Secret>> headers;        ///< sent with the key, or in its place
  std::string model;                                          ///< the one that is meant to be there; may be empty
  bool scale_to_zero = false;
  std::optional<Scrape> earlier = {};   ///< what the run before this one left
  std::optional<net::Url> metrics_url;  ///< where its metrics page is, when not in the kind's usual place
  std::optional<net::Url> dcgm_url;     ///< page of the DCGM exporter beside it
  std::string gpu_host = {};            ///< whose GPUs it runs on, as ssh names it; empty: not known

  /// True when requests show who asks.
  [[nodiscard]] bool has_credentials() const { return !key.empty() || !headers.empty(); }
};

/// Takes the target's credentials out of what a server sent: reports go into logs and mails. Before a text is cut: half
/// of a credential is not found any more.
void redact(const Target& target, std::string& text);

/// The request target of a path as kinds name it.
std::string path_at(const Target& target, std::string_view path);

}  // namespace llmgw::health
