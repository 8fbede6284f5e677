#include <fmt/format.h>

#include "core/health/judges.h"

namespace llmgw::health::judges {
namespace service {

constexpr int unauthorized = 401;
constexpr int forbidden = 403;
constexpr int unavailable = 503;

bool refused(const Reply& reply) { return !reply.error && (reply.status == unauthorized || reply.status == forbidden); }

/// A path of the kind that was asked for, or null.
const Reply* asked(const Facts& facts, std::string_view path) { return path.empty() ? nullptr : facts.reply(path); }

// {"status":"healthy","db":"disconnected",...} comes with 200 (litellm docs, "Health Checks"). "Not connected" means
// that no database is configured.
std::optional<Finding> litellm_verdict(const Reply& reply) {
  const auto root = reply.json();
  const auto db = root["db"].string().value_or("");
  if (db == "disconnected") {
    return Finding{State::crit, "dependency_down", fmt::format("db: disconnected (readiness said {})", reply.status)};
  }
  return std::nullopt;
}

// Newer ones tell the version and the debug flag only behind the key, at /health/readiness/details; older ones on the
// open page.
std::optional<Finding> litellm_debug(const Facts& facts, const Reply& reply) {
  const auto* details = facts.reply(facts.kind->version);
  const bool told = details != nullptr && details->ok();
  const auto flag = told ? details->json()["is_detailed_debug"] : reply.json()["is_detailed_debug"];
  if (!flag.boolean().value_or(false)) return std::nullopt;
  return Finding{State::warn, "debug_mode", "is_detailed_debug is on"};
}

// {"status":"ok|degraded","checks":{"redis":bool,"database":bool}}
std::optional<Finding> deltallm_verdict(const Reply& reply) {
  for (const auto& [name, value] : reply.json()["checks"].members()) {
    if (!value.boolean().value_or(true)) {
      return Finding{State::crit, "dependency_down", fmt::format("{} is down (readiness said {})", name, reply.status)};
    }
  }
  if (reply.json()["status"].equals("degraded")) return Finding{State::crit, "dependency_down", "status: degraded"};
  return std::nullopt;
}

std::optional<Finding> dgx_verdict(const Reply& reply) {
  const auto at = reply.body.find("unreachable");
  if (at == std::string::npos) return std::nullopt;
  // It answers 503 when no backend is left; with 200 others take the requests of the one that is down.
  return Finding{State::warn, "dependency_down", told(reply)};
}

// Open Inference Protocol: {"ready": bool}; Triton sends no body, so the status counts first.
std::optional<Finding> oip_verdict(const Reply& reply) {
  if (reply.json()["ready"].boolean().value_or(true)) return std::nullopt;
  return Finding{State::crit, "not_ready", told(reply)};
}

/// What the body of an answer with a good status says to the contrary.
std::optional<Finding> body_verdict(const Facts& facts, const Reply& reply) {
  switch (facts.kind->ready_body) {
    case ReadyBody::none: return std::nullopt;
    case ReadyBody::litellm: {
      auto verdict = litellm_verdict(reply);
      return verdict ? verdict : litellm_debug(facts, reply);
    }
    case ReadyBody::deltallm: return deltallm_verdict(reply);
    case ReadyBody::dgx: return dgx_verdict(reply);
    case ReadyBody::oip: return oip_verdict(reply);
  }
  return std::nullopt;
}

}  // namespace service

bool has_no_database(const Facts& facts) {
  if (facts.kind->ready_body != ReadyBody::litellm) return false;
  const auto* reply = service::asked(facts, facts.kind->ready);
  return reply != nullptr && reply->ok() && reply->json()["db"].equals("Not connected");
}

Finding identity(const Facts& facts, const Expectations& /*unused*/) {
  if (facts.kind == nullptr) {
    for (const auto& [path, reply] : facts.replies) {
      if (auto finding = unasked(reply)) return *std::move(finding);
    }
  }
  if (facts.kind == nullptr) return {State::unknown, "kind_unknown", "the answers fit no known kind of server"};
  const auto says = fmt::format("{} ({})", facts.kind->name, confidence_name(facts.confidence));
  // A server that only lists models is just that: nothing more can be known, and nothing more is judged.
  if (facts.confidence == Confidence::low && !facts.kind->plain) return {State::warn, "kind_guessed", says};
  return {State::ok, "ok", says};
}

Finding live(const Facts& facts, const Expectations& /*unused*/) {
  const auto* reply = service::asked(facts, facts.kind->live);
  if (reply == nullptr) return not_applicable("this kind has no path that tells of life");
  if (auto finding = unasked(*reply)) return *std::move(finding);
  if (reply->error) return {State::crit, "no_answer", reply->error->message};
  const bool unavailable = reply->status == service::unavailable;
  if (unavailable && facts.kind->dead_at_503 && !facts.scale_to_zero) {
    return {State::crit, "engine_dead", told(*reply)};
  }
  // A model that is being loaded, or a server that is shutting down, is alive: it answers 503 and says so.
  if (reply->ok() || unavailable) {
    return {State::ok, "ok", fmt::format("HTTP {}", reply->status), {{"", reply->seconds, Unit::seconds}}};
  }
  return {State::crit, "not_live", told(*reply)};
}

Finding ready(const Facts& facts, const Expectations& /*unused*/) {
  const auto* reply = service::asked(facts, facts.kind->ready);
  if (reply == nullptr) return not_applicable("this kind has no path that tells of readiness");
  if (auto finding = unasked(*reply)) return *std::move(finding);
  if (reply->error) return {State::crit, "no_answer", reply->error->message};
  if (!reply->ok()) {
    if (facts.scale_to_zero && reply->status == service::unavailable)
      return {State::idle, "scaled_to_zero", told(*reply)};
    return {State::crit, reply->body.contains("Loading model") ? "loading" : "not_ready", told(*reply)};
  }
  if (auto verdict = service::body_verdict(facts, *reply)) return *std::move(verdict);
  return {State::ok, "ok", fmt::format("HTTP {}", reply->status)};
}

Finding version(const Facts& facts, const Expectations& expectations) {
  if (facts.kind->version.empty()) return not_applicable("this kind does not tell its version");
  // The first that tells it: LiteLLM moved it behind the key.
  const Reply* asked = nullptr;
  std::optional<std::string> version;
  for (const auto path : {facts.kind->version, facts.kind->ready}) {
    const auto* reply = service::asked(facts, path);
    if (reply == nullptr) continue;
    if (asked == nullptr) asked = reply;
    if (!version && reply->ok()) version = reply->json()[facts.kind->version_member].string();
  }
  if (asked == nullptr) return not_applicable("it was not asked for");
  if (!version) {
    const auto state = expectations.version ? State::unknown : State::skipped;
    return {state, "version_unreported", told(*asked)};
  }
  if (expectations.version && !std::regex_search(*version, *expectations.version)) {
    return {State::crit, "version_unexpected", *version};
  }
  return {State::ok, "ok", *version};
}

Finding auth(const Facts& facts, const Expectations& /*unused*/) {
  const auto* keyed = service::asked(facts, facts.kind->models);
  if (keyed == nullptr) return not_applicable("this kind lists no models");
  if (facts.key_withheld) return {State::unknown, "key_withheld", "the address is plain http on another machine"};
  if (auto finding = unasked(*keyed)) return *std::move(finding);
  if (keyed->error) return {State::unknown, "models_failed", keyed->error->message};
  if (service::refused(*keyed)) return {State::crit, facts.keyed ? "key_refused" : "key_needed", told(*keyed)};
  // What LiteLLM without a database answers to any key but its master key, with 400.
  if (keyed->json()["error"]["type"].equals("no_db_connection")) return {State::crit, "key_refused", told(*keyed)};
  if (!keyed->ok()) return {State::skipped, "models_failed", "the answer says nothing of keys: " + told(*keyed)};
  const auto* open = facts.without_key && !facts.without_key->error ? &*facts.without_key : nullptr;
  const bool answers_all = !facts.keyed ? keyed->ok() : open != nullptr && open->ok();
  // What hosted providers list without a key costs nobody anything.
  if (answers_all && !facts.loopback && !facts.kind->hosted) {
    return {State::warn, "open_endpoint", "the list of models needs no key"};
  }
  if (answers_all) return {State::ok, "ok", "no key is needed"};
  if (open == nullptr) return {State::ok, "ok", "the key is taken"};
  return {State::ok, "ok", "with the key it answers, without it does not"};
}

}  // namespace llmgw::health::judges
