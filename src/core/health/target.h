#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/secret.h"
#include "core/health/kind.h"
#include "core/net/http_client.h"

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
  bool key_in_x_api_key = false;                        ///< instead of `authorization: Bearer`
  std::vector<std::pair<std::string, Secret>> headers;  ///< sent with everything that carries the key
  std::string model;                                    ///< the one that is meant to be there; may be empty
  bool scale_to_zero = false;
};

/// The request target of a path as kinds name it.
std::string path_at(const Target& target, std::string_view path);

}  // namespace llmgw::health
