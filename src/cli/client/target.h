#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/failure.h"
#include "core/base/secret.h"
#include "core/dialects/dialect.h"
#include "core/net/http_client.h"
#include "core/providers/provider.h"

namespace llmgw::cli {

/// A header that a profile adds; its value may be a credential.
struct ExtraHeader {
  std::string name;
  Secret value;
};

/// The server that a client command talks to, and how.
struct Target {
  std::string name;  ///< the profile's name, or the URL, for messages
  std::string url;   ///< with the version segment: `http://127.0.0.1:4000/v1`
  net::Endpoint endpoint;
  std::string base_path;  ///< of `url`: `/v1`
  const dialect::Dialect* dialect = nullptr;
  const provider::Provider* provider = nullptr;  ///< what it takes beyond its format
  Secret key;                                    ///< empty: none is sent
  std::vector<ExtraHeader> headers;
  std::string model;   ///< the model asked for unless the command names one; may be empty
  std::string system;  ///< the profile's system prompt; may be empty
  net::Deadlines deadlines;
  std::int64_t retries = 2;
};

/// Finds the target: flags, then environment, then the profile in effect, then the local proxy with its token.
Step<Target> resolve_target(const Context& context, const Arguments& given);

/// The token that a local `llmgw serve` asks for: LLMGW_TOKEN, else the file that it made; empty where there is
/// neither.
Secret local_token(const Env& env);

/// The request of a method and a path below the target's version segment, with credentials and headers.
net::HttpRequest make_request(const Target& target, std::string method, const std::string& path, std::string body);

}  // namespace llmgw::cli
