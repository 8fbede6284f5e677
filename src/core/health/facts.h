#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/gpu/model.h"
#include "core/health/kind.h"
#include "core/health/probe.h"
#include "core/health/reply.h"
#include "core/metrics/exposition.h"
#include "core/net/http_client.h"

namespace llmgw::health {

/// Everything that was learnt about one target. Checks read it and ask for nothing.
struct Facts {
  // What is known beforehand.
  std::string host;
  bool tls = false;
  bool unverified = false;     ///< the certificate is not looked at: `insecure_tls`
  bool named = false;          ///< the host is a name that had to be looked up
  bool loopback = false;       ///< the bytes stay on this machine
  bool keyed = false;          ///< a key was sent
  bool key_withheld = false;   ///< there is a key, and it was not sent over plain http to another machine
  bool scale_to_zero = false;  ///< being down is no fault: the first request starts it
  bool gpu_page = false;       ///< an exporter's page tells of its GPUs
  std::string model;           ///< the one that is meant to be there; empty: any
  // What was found.
  const Kind* kind = nullptr;  ///< null: not known
  Confidence confidence = Confidence::none;
  Reply contact;  ///< the first exchange
  std::optional<net::PeerCertificate> certificate;
  std::map<std::string, Reply> replies;  ///< by path as the kind's row names it
  std::optional<Reply> without_key;      ///< the list of models asked for without the key
  std::optional<metrics::Exposition> page;
  std::optional<metrics::Exposition> earlier_page;
  double between_pages_s = 0;
  std::optional<Result<gpu::Snapshot>> local_gpus;         ///< of this machine, where the target is on it
  std::map<std::string, Probed, std::less<>> probes = {};  ///< by check: what those of levels 3 and 4 asked

  /// The answer for a path, or null when it was not asked for.
  [[nodiscard]] const Reply* reply(std::string_view path) const;
};

/// One row of a list of models, in whichever shape the server lists them.
struct ModelRow {
  std::string id;
  std::optional<std::int64_t> context;  ///< tokens, where the row tells
};
/// True when a request for `asked` gets the model that is listed so: Ollama lists `qwen3:latest` for what requests call
/// `qwen3` (docs/api.md, "Model names").
bool same_model(std::string_view listed, std::string_view asked);
/// The rows of an answer to GET /models; nullopt when it is no list.
std::optional<std::vector<ModelRow>> model_rows(const Reply& reply);

}  // namespace llmgw::health
