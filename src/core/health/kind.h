#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace llmgw::health {

struct Facts;

/// How sure the identification is.
enum class Confidence : std::uint8_t { none, low, high, configured };
std::string_view confidence_name(Confidence confidence);

/// What an engine calls its figures of load; empty: it has none.
struct LoadMetrics {
  std::string_view running = {};
  std::string_view waiting = {};
  std::string_view waiting_by_reason = {};    ///< label `reason`; only `capacity` is pressure
  std::span<const std::string_view> kv = {};  ///< share of the KV cache in use, 0..1; the first that is there counts
  bool kv_in_some_builds = false;             ///< a page without it is no gap
  bool can_be_off = false;                    ///< a page with none of these series is what the server was asked for
  std::string_view preemptions = {};          ///< a counter
  std::string_view sleep = {};                ///< one series for each `sleep_state`, 1 for the one that holds
};

/// Whose words the answer to `ready` is in, where its status alone does not tell.
enum class ReadyBody : std::uint8_t { none, litellm, deltallm, dgx, oip };

/// A kind of server: a row of data, never code. Paths are below the server's root, but for those that begin with
/// `{api}`, which are below its versioned base.
struct Kind {
  std::string_view name;
  std::string_view doc;
  std::string_view live = {};     ///< answers 200 while the process lives
  std::string_view ready = {};    ///< tells whether it can serve; its body is judged
  std::string_view version = {};  ///< where the version stands; empty: nowhere
  std::string_view version_member = {};
  std::string_view models = "{api}/models";
  std::string_view metrics = {};
  std::string_view budget = {};  ///< tells of the key's own budget
  std::string_view info = {};    ///< tells what models are for and what they want
  std::string_view loaded = {};  ///< lists the models that are loaded, where one that is not would be by a request
  std::string_view asleep = {};  ///< tells whether it sleeps, beside its metrics
  bool dead_at_503 = false;      ///< its `live` answers 503 only when the engine in it has died
  bool gateway = false;          ///< passes requests on to others
  bool hosted = false;           ///< costs money and is somebody else's to run
  bool plain = false;            ///< anybody's: nothing is known of it but its list of models
  bool messages_only = false;    ///< has the Messages format alone, no Chat
  bool openai_models = false;    ///< its models are OpenAI's, with their limits
  bool admins_budget = false;    ///< shows budgets to administrators alone
  ReadyBody ready_body = ReadyBody::none;
  std::string_view rerank = "{api}/rerank";
  std::string_view rerank_texts = "documents";  ///< what it calls the texts to be ranked
  LoadMetrics load = {};
};

/// All kinds, in the order of the reference page.
std::span<const Kind> kinds();
/// The kind of that name, or nullptr.
const Kind* find_kind(std::string_view name);
/// The kind of that name; the error (`usage`) names the nearest one.
Result<const Kind*> require_kind(std::string_view name);

/// Paths that are asked for before the others. They tell the gateways for which the others are not harmless.
std::span<const std::string_view> first_fingerprint_paths();
/// Paths that tell the kinds apart, each once.
std::vector<std::string_view> fingerprint_paths();
/// What the answers to those paths say the server is.
struct Identified {
  const Kind* kind = nullptr;
  Confidence confidence = Confidence::none;
};
Identified identify(const Facts& facts);

}  // namespace llmgw::health
