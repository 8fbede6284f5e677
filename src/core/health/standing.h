#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/health/report.h"

namespace llmgw::health {

/// How a server stands, in short: what readiness, metrics and status screens need of a report.
struct Standing {
  std::string name = {};  ///< unique among the servers that are shown together
  State state = State::unknown;
  bool serves = true;                        ///< requests may be sent there: nothing says that they would fail
  std::string kind = {};                     ///< empty: not known
  std::string version = {};                  ///< as it tells it itself, or empty
  std::string code = {};                     ///< of the worst finding: a row of `codes()`
  std::string message = {};                  ///< of the same; holds no secret
  std::optional<double> seconds = {};        ///< from a question to its answer; nullopt: none came
  std::optional<std::int64_t> context = {};  ///< tokens, as the server lists them
  std::optional<double> running = {};        ///< requests in work
  std::optional<double> waiting = {};        ///< requests that wait for capacity
  std::optional<double> kv = {};             ///< share of the KV cache in use, 0..1
  std::int64_t checked_unix_s = 0;           ///< 0: not yet
  std::int64_t since_unix_s = 0;             ///< when it came to this state
  friend bool operator==(const Standing&, const Standing&) = default;
};

/// The standing that a report shows. `before`, when it is of the same state, gives the time since when it lasts.
Standing standing_of(const TargetReport& report, std::int64_t now_unix_s, const Standing* before);
/// The standing of a server whose check itself broke off, for that reason: nothing is known of it.
Standing standing_unchecked(std::string_view reason, std::int64_t now_unix_s, const Standing* before);
/// `ok`, `idle`, `unreachable` (no answer came), `down` (it says itself that it cannot serve), `degraded` (it serves,
/// and something is wrong) or `unknown`.
std::string_view standing_word(const Standing& standing);

/// All servers behind a gateway at one moment. Immutable once it is shared.
struct Overview {
  std::vector<Standing> servers;
  /// True when requests may be sent to at least one; one that is scaled to zero counts.
  [[nodiscard]] bool servable() const;
};

/// Whether a gateway should be given requests.
enum class Readiness : std::uint8_t { ready, starting, draining, no_upstream };
/// `ready`, `starting`, `draining` or `no upstream`.
std::string_view readiness_name(Readiness readiness);

/// What a gateway says of itself in `application/health+json` (draft-inadarei-api-health-check-06): `pass`, `warn` or
/// `fail`, and one check for each server behind it.
std::string health_json(Readiness readiness, const Overview& overview, std::string_view version);
/// The same for people and scripts that ask why it is not ready: `{"status":...,"upstreams":[...]}`.
std::string readiness_json(Readiness readiness, const Overview& overview);

}  // namespace llmgw::health
