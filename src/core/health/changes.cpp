#include "core/health/changes.h"

#include "core/base/clock.h"
#include "core/json/writer.h"

namespace llmgw::health {

std::vector<Change> Changes::note(const std::vector<TargetReport>& targets) {
  std::vector<Change> changes;
  for (const auto& target : targets) {
    look(changes, {.target = &target, .now = target.state()});
    for (const auto& outcome : target.outcomes) {
      look(changes, {.target = &target, .outcome = &outcome, .now = outcome.finding.state});
    }
  }
  return changes;
}

void Changes::look(std::vector<Change>& changes, Change change) {
  const auto id = change.outcome != nullptr ? change.outcome->check->id : std::string_view();
  const auto state = change.now;
  const auto [place, first] = tracks_.try_emplace({change.target->name + "\n" + change.target->url, id});
  auto& track = place->second;
  if (first) {
    track.told = state;
    if (change.outcome == nullptr || (state != State::ok && state != State::skipped)) changes.push_back(change);
    return;
  }
  if (state == track.told) {
    track.times = 0;
    return;
  }
  track.times = track.times > 0 && state == track.seen ? track.times + 1 : 1;
  track.seen = state;
  if (track.times < confirm_) return;
  change.before = std::exchange(track.told, state);
  track.times = 0;
  changes.push_back(change);
}

std::string change_line(const Change& change, std::int64_t unix_s) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.member("schema", "llmgw.health.change/1");
  out.member("ts", rfc3339(unix_s));
  out.member("target", change.target->name);
  const auto* outcome = change.outcome != nullptr ? change.outcome : change.target->worst_outcome();
  if (change.outcome != nullptr) {
    out.member("check", change.outcome->check->id);
  } else {
    out.member_null("check");
  }
  if (change.before) {
    out.member("from", state_name(*change.before));
  } else {
    out.member_null("from");
  }
  out.member("to", state_name(change.now));
  if (outcome != nullptr) {
    out.member("code", outcome->finding.code);
    out.member("message", outcome->finding.message);
  }
  out.end_object();
  return text + "\n";
}

}  // namespace llmgw::health
