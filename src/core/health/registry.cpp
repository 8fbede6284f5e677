#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/nearest.h"
#include "core/health/check.h"
#include "core/health/deep/deep.h"
#include "core/health/judges.h"

namespace llmgw::health {
namespace check_table {

using enum State;
using States = std::span<const State>;
using Ids = std::span<const std::string_view>;

constexpr std::array ok_crit{ok, crit, skipped};
constexpr std::array certificate{ok, warn, crit, unknown, skipped};
constexpr std::array contacted{ok, idle, crit, unknown};
constexpr std::array graded{ok, warn, crit, skipped};
constexpr std::array identified{ok, warn, unknown};
constexpr std::array living{ok, crit, unknown, skipped};
constexpr std::array readiness{ok, idle, warn, crit, unknown, skipped};
constexpr std::array expected{ok, crit, unknown, skipped};
constexpr std::array keys{ok, warn, crit, unknown, skipped};
constexpr std::array listed{ok, warn, crit, skipped};
constexpr std::array measured{ok, warn, crit, unknown, skipped};
constexpr std::array scraped{ok, warn, unknown, skipped};
constexpr std::array rated{ok, warn, unknown, skipped};
constexpr std::array sleeping{ok, idle, crit, skipped};
constexpr std::array asked{ok, warn, crit, unknown, skipped};
constexpr std::array told{ok, warn, skipped};

constexpr std::array<std::string_view, 1> on_dns{"dns"};
constexpr std::array<std::string_view, 1> on_tcp{"tcp"};
constexpr std::array<std::string_view, 1> on_tls{"tls"};
constexpr std::array<std::string_view, 1> on_http{"http"};
constexpr std::array<std::string_view, 1> on_identity{"identity"};
constexpr std::array<std::string_view, 1> on_live{"live"};
constexpr std::array<std::string_view, 1> on_auth{"auth"};
constexpr std::array<std::string_view, 1> on_models{"models"};
constexpr std::array<std::string_view, 1> on_metrics{"metrics"};
constexpr std::array<std::string_view, 3> on_service{"ready", "auth", "model"};
constexpr std::array<std::string_view, 1> on_chat{"chat"};
constexpr std::array<std::string_view, 2> on_stream{"stream", "metrics"};

constexpr std::array seconds{FieldSpec{"", Unit::seconds}};
constexpr std::array count{FieldSpec{"", Unit::count}};
constexpr std::array days{FieldSpec{"", Unit::days}};
constexpr std::array tokens{FieldSpec{"", Unit::tokens}};
constexpr std::array share{FieldSpec{"", Unit::ratio}};
constexpr std::array rate{FieldSpec{"", Unit::per_s}};
constexpr std::array queued{FieldSpec{"", Unit::count}, FieldSpec{"running", Unit::count}};
constexpr std::array money{FieldSpec{"", Unit::ratio}, FieldSpec{"usd", Unit::usd}, FieldSpec{"days", Unit::days}};
constexpr std::array answered{FieldSpec{"", Unit::seconds}, FieldSpec{"tokens", Unit::tokens}};
constexpr std::array streamed{FieldSpec{"", Unit::seconds}, FieldSpec{"ttft", Unit::seconds},
                              FieldSpec{"gap", Unit::seconds}, FieldSpec{"events", Unit::count}};
constexpr std::array embedded{FieldSpec{"", Unit::seconds}, FieldSpec{"dimensions", Unit::count}};
constexpr std::array running{FieldSpec{"running", Unit::count}};

// Each stands below what it depends on.
constexpr std::array rows{
    Check{"dns", 0, "the host's name has an address", expected, {}, {}, judges::dns},
    Check{"tcp", 0, "something accepts connections", contacted, on_dns, {}, judges::tcp},
    Check{"tls", 0, "the certificate is trusted, of this name and lasts", certificate, on_tcp, days, judges::tls},
    Check{"http", 0, "a whole HTTP answer comes in time", contacted, on_tls, seconds, judges::http},
    Check{"clock", 0, "the server's Date agrees with this clock", graded, on_http, seconds, judges::clock},
    Check{"identity", 1, "what kind of server it is", identified, on_http, {}, judges::identity},
    Check{"live", 1, "the process lives", living, on_identity, seconds, judges::live},
    Check{"ready", 1, "it can serve, judged by the body too", readiness, on_live, {}, judges::ready},
    Check{"version", 1, "its version", expected, on_identity, {}, judges::version},
    Check{"auth", 1, "the key is taken, and needed", keys, on_identity, {}, judges::auth},
    Check{"models", 2, "it lists models", listed, on_auth, count, judges::models},
    Check{"model", 2, "the expected models are listed", ok_crit, on_models, {}, judges::model},
    Check{"ctx", 2, "the model's context", expected, on_models, tokens, judges::context},
    Check{"metrics", 2, "the metrics page can be read", scraped, on_identity, count, judges::metrics},
    Check{"queue", 2, "requests that wait for capacity", measured, on_metrics, queued, judges::queue},
    Check{"kv", 2, "share of the KV cache in use", measured, on_metrics, share, judges::kv},
    Check{"preempt", 2, "running requests that are pushed out", rated, on_metrics, rate, judges::preempt},
    Check{"sleep", 2, "the engine is awake", sleeping, on_metrics, {}, judges::sleep},
    Check{"budget", 2, "what is left of the key's budget", measured, on_auth, money, judges::budget},
    Check{"chat", 3, "the model answers", asked, on_service, answered, deep::chat, deep::chat_plan},
    Check{"stream", 3, "its answer comes piece by piece, with a proper end and its usage", asked, on_service, streamed,
          deep::stream, deep::stream_plan},
    Check{"embed", 3, "an embedding model embeds", asked, on_service, embedded, deep::embed, deep::embed_plan},
    Check{"rerank", 3, "a reranker prefers the right text", asked, on_service, seconds, deep::rerank,
          deep::rerank_plan},
    Check{"fim", 3, "a code model fills a hole", asked, on_service, seconds, deep::fim, deep::fim_plan},
    Check{"tools", 4, "a forced tool is called with arguments that fit, whole and streamed", asked, on_chat, seconds,
          deep::tools, deep::tools_plan},
    Check{"anthropic", 4, "/v1/messages answers, whole and streamed", asked, on_service, seconds, deep::anthropic,
          deep::anthropic_plan},
    Check{"responses", 4, "/v1/responses answers", asked, on_chat, seconds, deep::responses, deep::responses_plan},
    Check{"json", 4, "an answer keeps to a JSON schema", asked, on_chat, seconds, deep::json, deep::json_plan},
    Check{"vision", 4, "an image is seen", asked, on_chat, seconds, deep::vision, deep::vision_plan},
    Check{"cancel", 4, "a request ends when its client leaves", asked, on_stream, running, deep::cancel,
          deep::cancel_plan},
    Check{"ctx-limit",
          4,
          "a prompt beyond the context is refused as such",
          asked,
          on_chat,
          {},
          deep::context_limit,
          deep::context_limit_plan},
    Check{"ratelimit-headers", 4, "what is left of the rate limits", told, on_chat, share, deep::rate_limits},
    Check{"fallback", 4, "the model that was asked for has answered itself", told, on_chat, {}, deep::fallback},
    Check{"gpu", 4, "the GPUs that it runs on", asked, on_identity, count, deep::gpu, deep::gpu_plan},
};

/// A check that failed, could not be judged, or was itself blocked, blocks; one that found nothing to apply to does
/// not, unless what comes after needs its result.
bool blocks(const Outcome& outcome) {
  const auto state = outcome.finding.state;
  // A figure that is beyond a limit: what it was measured on works.
  if (outcome.finding.code == "limit_passed" || outcome.finding.code == "certificate_ends") return false;
  if (state == crit || state == unknown || state == idle || !outcome.blocked_by.empty()) return true;
  const auto id = outcome.check->id;
  return state == skipped && (id == "metrics" || id == "models");
}

}  // namespace check_table

std::span<const Check> checks() { return check_table::rows; }

const Check* find_check(std::string_view id) {
  const auto found = std::ranges::find(check_table::rows, id, &Check::id);
  return found == check_table::rows.end() ? nullptr : &*found;
}

Result<const Check*> require_check(std::string_view id) {
  if (const auto* check = find_check(id)) return check;
  std::vector<std::string_view> ids;
  for (const auto& check : checks()) ids.push_back(check.id);
  const auto meant = nearest(id, ids);
  const auto advice =
      meant.empty() ? fmt::format("there are: {}", fmt::join(ids, ", ")) : fmt::format("did you mean {}?", meant);
  return fail(Errc::usage, fmt::format("there is no check \"{}\"; {}", id, advice));
}

bool Selection::takes(const Check& check) const {
  if (std::ranges::find(skip, check.id) != skip.end()) return false;
  if (!only.empty()) return std::ranges::find(only, check.id) != only.end();
  return check.level <= level;
}

std::optional<Outcome> Verdicts::obstacle(const Check& check) {
  for (const auto id : check.depends) {
    const auto& needed = of(*find_check(id));
    if (!check_table::blocks(needed)) continue;
    const auto state = needed.finding.state;
    // Below a check without object there is none either; that is no blockage.
    if (state == State::skipped && needed.blocked_by.empty()) {
      return Outcome{&check, judges::not_applicable(fmt::format("{}: {}", id, needed.finding.message))};
    }
    const auto cause = needed.blocked_by.empty() ? id : needed.blocked_by;
    const auto& caused = of(*find_check(cause)).finding;
    return Outcome{
        &check, {State::skipped, "blocked", fmt::format("{} is {}", cause, state_name(caused.state))}, cause};
  }
  return std::nullopt;
}

const Outcome& Verdicts::of(const Check& check) {
  if (const auto found = given_.find(check.id); found != given_.end()) return found->second;
  auto outcome = obstacle(check);
  if (!outcome) {
    outcome = Outcome{&check, check.judge(facts_, expectations_)};
    apply(expectations_.thresholds, check.id, outcome->finding);
  }
  return given_.emplace(check.id, *std::move(outcome)).first->second;
}

std::vector<Outcome> judge(const Facts& facts, const Expectations& expectations, const Selection& selection) {
  Verdicts verdicts(facts, expectations);
  std::vector<std::string_view> shown;
  for (const auto& check : checks()) {
    if (!selection.takes(check)) continue;
    shown.push_back(check.id);
    // What blocks a selected check is the news, even where it was not asked for: else a dead server would pass.
    if (const auto by = verdicts.of(check).blocked_by; !by.empty()) shown.push_back(by);
  }
  std::vector<Outcome> chosen;
  for (const auto& check : checks()) {
    if (std::ranges::find(shown, check.id) != shown.end()) chosen.push_back(verdicts.of(check));
  }
  return chosen;
}

}  // namespace llmgw::health
