#include "core/health/standing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace llmgw::health {
namespace standing {

// Checks whose failure means that requests would fail. A long queue, a wrong clock or a small budget is a reason to
// look, none to send nobody there; and lists of models leave out names that are served all the same.
constexpr std::array<std::string_view, 8> deciding{"dns", "tcp", "tls", "http", "live", "ready", "auth", "sleep"};

/// A figure beyond a limit is no failure: what it was measured on works, as a certificate does until it ends.
bool decides(const Outcome& outcome) {
  if (outcome.finding.code == "certificate_ends" || outcome.finding.code == "limit_passed") return false;
  return std::ranges::find(deciding, outcome.check->id) != deciding.end();
}

/// A figure that could not be measured is no fault of a server that answers: many have no page of metrics.
bool counts(const Outcome& outcome) {
  return outcome.finding.state != State::unknown || decides(outcome) || outcome.check->id == "identity";
}

std::optional<double> figure(const TargetReport& report, std::string_view check, std::string_view field = {}) {
  const auto* outcome = report.outcome(check);
  const auto* found = outcome == nullptr ? nullptr : outcome->finding.figure(field);
  return found == nullptr ? std::nullopt : std::optional(found->value);
}

/// When it came to the state that it was just found in.
std::int64_t since(const Standing& found, const Standing* before) {
  const bool same = before != nullptr && before->checked_unix_s != 0 && before->state == found.state;
  return same ? before->since_unix_s : found.checked_unix_s;
}

}  // namespace standing

Standing standing_of(const TargetReport& report, std::int64_t now_unix_s, const Standing* before) {
  Standing found;
  found.name = report.name;
  found.state = State::ok;
  found.kind = report.kind;
  found.checked_unix_s = now_unix_s;
  const Outcome* worst = nullptr;
  for (const auto& outcome : report.outcomes) {
    if (!standing::counts(outcome)) continue;
    const bool fails = outcome.finding.state == State::crit && standing::decides(outcome);
    // What keeps requests from being served is the news, whatever else is wrong.
    if (outcome.finding.state > found.state || (fails && found.serves)) worst = &outcome;
    found.state = std::max(found.state, outcome.finding.state);
    found.serves = found.serves && !fails;
  }
  if (worst != nullptr) {
    found.code = worst->finding.code;
    found.message = worst->finding.message;
  }
  if (const auto* version = report.outcome("version"); version != nullptr && version->finding.code == "ok")
    found.version = version->finding.message;
  found.seconds = standing::figure(report, "http");
  if (const auto tokens = standing::figure(report, "ctx")) found.context = static_cast<std::int64_t>(*tokens);
  found.running = standing::figure(report, "queue", "running");
  found.waiting = standing::figure(report, "queue");
  found.kv = standing::figure(report, "kv");
  found.since_unix_s = standing::since(found, before);
  return found;
}

Standing standing_unchecked(std::string_view reason, std::int64_t now_unix_s, const Standing* before) {
  Standing found;
  found.code = "check_failed";
  found.message = fmt::format("the check broke off: {}", reason);
  found.checked_unix_s = now_unix_s;
  found.since_unix_s = standing::since(found, before);
  return found;
}

std::string_view standing_word(const Standing& standing) {
  if (!standing.serves) return standing.seconds ? "down" : "unreachable";
  if (standing.state == State::warn || standing.state == State::crit) return "degraded";
  return state_name(standing.state);
}

bool Overview::servable() const { return std::ranges::any_of(servers, &Standing::serves); }

std::string_view readiness_name(Readiness readiness) {
  constexpr std::array<std::string_view, 4> names{"ready", "starting", "draining", "no upstream"};
  return names.at(static_cast<std::size_t>(readiness));
}

}  // namespace llmgw::health
