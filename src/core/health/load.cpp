#include <fmt/format.h>

#include <algorithm>

#include "core/health/judges.h"
#include "core/metrics/exposition_increase.h"

namespace llmgw::health::judges {
namespace load {

constexpr double kv_warn = 0.90;
constexpr double kv_crit = 0.98;
constexpr double preempt_warn = 1;
constexpr int not_implemented = 501;

Finding absent(std::string_view metric) {
  return {State::unknown, "metric_absent", fmt::format("the page has no {}", metric)};
}

/// Requests that wait for capacity. vLLM counts those that its scheduler puts off for other reasons in the total too
/// (label `reason` of num_requests_waiting_by_reason), so the part is taken where there is one.
std::optional<double> waiting(const llmgw::metrics::Exposition& page, const LoadMetrics& names) {
  if (!names.waiting_by_reason.empty()) {
    if (const auto capacity = page.sum(names.waiting_by_reason, {{"reason", "capacity"}})) return capacity;
  }
  return page.sum(names.waiting);
}

/// True when the page tells nothing of the load, as a server's does that was started so.
bool is_off(const llmgw::metrics::Exposition& page, const LoadMetrics& names) {
  const auto has = [&](std::string_view name) { return !page.series(name).empty(); };
  return names.can_be_off && !has(names.running) && !has(names.waiting) && !has(names.preemptions) &&
         std::ranges::none_of(names.kv, has);
}

/// What waited in the scrape before this one; nullopt where there was none, or it says nothing of now: a queue of ten
/// minutes ago is another one.
std::optional<double> waited_lately(const Facts& facts) {
  constexpr double longest_s = 60;
  if (!facts.earlier_page || facts.between_pages_s > longest_s) return std::nullopt;
  return waiting(*facts.earlier_page, facts.kind->load);
}

/// A limit of the user's on a figure of the page must not pass because there is no page.
bool limit_needs_page(const Expectations& expectations) {
  return std::ranges::any_of(expectations.thresholds, [](const Threshold& threshold) {
    const auto* check = find_check(threshold.check);
    return check != nullptr && std::ranges::find(check->depends, "metrics") != check->depends.end();
  });
}

}  // namespace load

Finding metrics(const Facts& facts, const Expectations& expectations) {
  if (facts.kind->metrics.empty()) return not_applicable("this kind has no metrics page");
  const auto* reply = facts.reply(facts.kind->metrics);
  if (reply == nullptr) return not_applicable("the page was not asked for");
  if (auto finding = unasked(*reply)) return *std::move(finding);
  // llama.cpp's server says so where it was started without --metrics (tools/server/server.cpp).
  if (!facts.page && reply->status == load::not_implemented) {
    return {load::limit_needs_page(expectations) ? State::unknown : State::skipped, "metrics_off",
            "metrics are switched off: " + told(*reply)};
  }
  if (!facts.page) return {State::unknown, "metrics_missing", told(*reply)};
  const auto series = facts.page->all().size();
  if (series > 0 && load::is_off(*facts.page, facts.kind->load)) {
    return {load::limit_needs_page(expectations) ? State::unknown : State::skipped, "metrics_off",
            fmt::format("{} series, and none tells of the load", series)};
  }
  Finding finding{State::ok, "ok", fmt::format("{} series", series), {{"", static_cast<double>(series), Unit::count}}};
  const auto malformed = facts.page->malformed_lines();
  if (series == 0) {
    finding.state = State::unknown;
    finding.code = "metrics_missing";
    finding.message = "the page holds no series";
  } else if (malformed > 0 || facts.page->truncated()) {
    finding.state = State::warn;
    finding.code = "metrics_damaged";
    finding.message =
        fmt::format("{} lines could not be read{}", malformed, facts.page->truncated() ? ", its end is missing" : "");
  }
  return finding;
}

Finding queue(const Facts& facts, const Expectations& expectations) {
  const auto& names = facts.kind->load;
  if (names.waiting.empty()) return not_applicable("this kind does not tell of its queue");
  const auto now = load::waiting(*facts.page, names);
  if (!now) return load::absent(names.waiting);
  const auto running = names.running.empty() ? std::nullopt : facts.page->sum(names.running);
  const auto limits = limits_of("queue", {0, running}, expectations.thresholds);
  Finding finding{State::ok,
                  "ok",
                  fmt::format("{:.0f} waiting, {} running", *now, running ? fmt::format("{:.0f}", *running) : "?"),
                  {{"", *now, Unit::count}},
                  limits.warn,
                  limits.crit};
  if (running) finding.figures.push_back({"running", *running, Unit::count});
  const auto before = load::waited_lately(facts);
  // A queue that is empty a moment later is how batching works: two samples must agree.
  if (limits.warn && before && *now > *limits.warn && *before > *limits.warn) {
    finding.state = State::warn;
    finding.code = "queue_waiting";
  }
  if (limits.crit && *now > *limits.crit && *now > 0) {
    finding.state = State::crit;
    finding.code = "queue_long";
  }
  return finding;
}

bool queue_needs_scrape(const Facts& facts) {
  if (!facts.page || facts.kind->load.waiting.empty()) return false;
  return load::waiting(*facts.page, facts.kind->load).value_or(0) > 0 && !load::waited_lately(facts);
}

Finding kv(const Facts& facts, const Expectations& expectations) {
  const auto& names = facts.kind->load.kv;
  if (names.empty()) return not_applicable("this kind does not tell of its KV cache");
  for (const auto name : names) {
    // Each engine has a cache of its own: the fullest one counts.
    const auto used = facts.page->max(name);
    if (!used) continue;
    const auto limits = limits_of("kv", {load::kv_warn, load::kv_crit}, expectations.thresholds);
    Finding finding{State::ok,   "ok",       value_text(*used, Unit::ratio) + " in use", {{"", *used, Unit::ratio}},
                    limits.warn, limits.crit};
    if (limits.warn && *used > *limits.warn) finding.state = State::warn;
    if (limits.crit && *used > *limits.crit) finding.state = State::crit;
    if (finding.state != State::ok) finding.code = "kv_high";
    return finding;
  }
  auto absent = load::absent(names.front());
  const bool limited =
      std::ranges::find(expectations.thresholds, "kv", &Threshold::check) != expectations.thresholds.end();
  if (facts.kind->load.kv_in_some_builds && !limited) absent.state = State::skipped;
  return absent;
}

Finding preempt(const Facts& facts, const Expectations& expectations) {
  const auto name = facts.kind->load.preemptions;
  if (name.empty()) return not_applicable("this kind does not count preemptions");
  if (!facts.page->sum(name)) return load::absent(name);
  if (!facts.earlier_page || !(facts.between_pages_s > 0))
    return {State::skipped, "one_sample", "there was one scrape"};
  const auto grown = llmgw::metrics::increase(*facts.earlier_page, *facts.page, name);
  if (grown.restarted) return {State::unknown, "restarted", "the counter began anew"};
  if (!grown.by) return load::absent(name);
  const double rate = *grown.by / facts.between_pages_s;
  const auto limits = limits_of("preempt", {load::preempt_warn, std::nullopt}, expectations.thresholds);
  Finding finding{State::ok, "ok", value_text(rate, Unit::per_s), {{"", rate, Unit::per_s}}, limits.warn, limits.crit};
  if (limits.warn && rate > *limits.warn) {
    finding.state = State::warn;
    finding.code = "preempting";
  }
  return finding;
}

Finding sleep(const Facts& facts, const Expectations& expectations) {
  const auto name = facts.kind->load.sleep;
  if (name.empty()) return not_applicable("this kind does not sleep");
  // Engines without sleep mode do not have the metric: that is no gap.
  if (facts.page->series(name).empty()) return not_applicable("this server does not sleep");
  const auto awake = facts.page->sum(name, {{"sleep_state", "awake"}});
  const auto asleep = facts.page->max(name, {{"sleep_state", "weights_offloaded"}}).value_or(0) +
                      facts.page->max(name, {{"sleep_state", "discard_all"}}).value_or(0);
  if (asleep > 0 || awake == 0) {
    return {expectations.allow_sleep ? State::idle : State::crit, "sleeping", "the engine sleeps"};
  }
  return {State::ok, "ok", "awake"};
}

}  // namespace llmgw::health::judges
