#include "core/gpu/health.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/gpu/throttle.h"
#include "core/gpu/xid.h"

namespace llmgw::gpu {
namespace health_checks {

Finding fine(std::string says) { return {.state = State::ok, .says = std::move(says)}; }
Finding bad(State state, std::string says) { return {.state = state, .says = std::move(says)}; }
Finding not_told(const std::string& why) { return {.state = State::skipped, .says = why}; }

Finding presence(const Subject& subject) {
  switch (subject.gpu.presence) {
    case Presence::ok: return fine("answers");
    case Presence::lost:
    case Presence::reset_required: return bad(State::crit, subject.gpu.trouble);
    case Presence::silent: return bad(State::unknown, subject.gpu.trouble);
  }
  return not_told("");
}

Finding recovery(const Subject& subject) {
  const auto& action = subject.gpu[Label::recovery];
  if (!action) return not_told(action.why);
  if (*action == "none") return fine("no recovery is due");
  return bad(State::crit, "the driver asks for: " + *action);
}

/// A figure of which any is too much.
Finding none_of(const Figure& figure, State state, std::string_view what) {
  if (!figure) return not_told(figure.why);
  if (*figure == 0) return fine(fmt::format("no {}", what));
  return bad(state, fmt::format("{:.0f} {}", *figure, what));
}

Finding remap_failed(const Subject& subject) {
  return none_of(subject.gpu[Field::remap_failed], State::crit, "memory row that could not be replaced");
}

Finding ecc(const Subject& subject) {
  return none_of(subject.gpu[Field::ecc_uncorrected], State::crit,
                 "uncorrected memory errors since the driver was loaded");
}

Finding nvlink(const Subject& subject) {
  const auto& up = subject.gpu[Field::nvlink_up];
  if (!up) return not_told(up.why);
  // Links without a bridge are down by design, so what is right is what GPUs of the same kind have.
  if (*up >= subject.links_expected) return fine(fmt::format("{:.0f} NVLinks are up", *up));
  return bad(State::crit,
             fmt::format("{:.0f} NVLinks are up; {:.0f} on another GPU of this kind", *up, subject.links_expected));
}

Finding xid(const Subject& subject) {
  const auto& last = subject.gpu[Field::xid_last];
  if (!last) return not_told(last.why);
  const auto row = xid_row(static_cast<int>(*last));
  auto says = fmt::format("Xid {}: {}", row.number, row.says);
  if (row.kind == XidClass::critical) return bad(State::crit, std::move(says));
  if (row.kind == XidClass::warning) return bad(State::warn, std::move(says));
  return fine(row.number == 0 ? "no Xid was logged" : std::move(says));
}

Finding remap_pending(const Subject& subject) {
  return none_of(subject.gpu[Field::remap_pending], State::warn, "row replacement that waits for a reset");
}

/// The share of the time between two readings in which heat or the power brake held the GPU down.
std::optional<double> slow_share(const Subject& subject) {
  if (subject.before == nullptr || subject.seconds <= 0) return std::nullopt;
  constexpr double ns = 1e-9;
  std::optional<double> most;
  for (const auto field : {Field::slow_sw_thermal, Field::slow_hw_thermal, Field::slow_brake}) {
    const auto& now = subject.gpu[field];
    const auto& then = (*subject.before)[field];
    if (!now || !then || *now < *then) continue;
    most = std::max(most.value_or(0), (*now - *then) * ns / subject.seconds);
  }
  return most;
}

Finding slowdown(const Subject& subject) {
  constexpr double tolerated = 0.01;
  constexpr double percent = 100;
  const auto share = slow_share(subject);
  if (share && *share > tolerated) {
    return bad(State::warn,
               fmt::format("slowed down for {:.0f} % of {:.1f} s", std::min(*share, 1.0) * percent, subject.seconds));
  }
  const auto& reasons = subject.gpu.throttle;
  if (!reasons) return share ? fine("not slowed down") : not_told(reasons.why);
  if (slowed_down(*reasons)) return bad(State::warn, fmt::format("slowed down now: {}", fmt::join(*reasons, ", ")));
  return fine("not slowed down");
}

Finding temperature(const Subject& subject) {
  constexpr double margin = 5;
  const auto& now = subject.gpu[Field::temp_gpu];
  const auto& limit = subject.gpu[Field::temp_slowdown];
  const auto& left = subject.gpu[Field::temp_margin];
  if (now && limit) {
    auto says = fmt::format("{:.0f} C; the clocks fall at {:.0f} C", *now, *limit);
    return *now >= *limit - margin ? bad(State::warn, std::move(says)) : fine(std::move(says));
  }
  // Newer drivers count down instead: 0 is the highest temperature for full work, and the clocks fall just above it
  // (docs.nvidia.com/deploy/nvidia-smi, "T.Limit").
  if (!left) return not_told(now ? limit.why : now.why);
  auto says = fmt::format("{:.0f} C below the highest temperature for full work", *left);
  return *left <= margin ? bad(State::warn, std::move(says)) : fine(std::move(says));
}

Finding pcie(const Subject& subject) {
  constexpr double busy = 50;  // idle GPUs lower the generation of the link to save power
  const auto& gpu = subject.gpu;
  for (const auto field :
       {Field::pcie_gen, Field::pcie_gen_max, Field::pcie_width, Field::pcie_width_max, Field::util_gpu}) {
    if (!gpu[field]) return not_told(gpu[field].why);
  }
  const bool below =
      *gpu[Field::pcie_gen] < *gpu[Field::pcie_gen_max] || *gpu[Field::pcie_width] < *gpu[Field::pcie_width_max];
  auto says = fmt::format("gen {:.0f} x{:.0f} of gen {:.0f} x{:.0f}", *gpu[Field::pcie_gen], *gpu[Field::pcie_width],
                          *gpu[Field::pcie_gen_max], *gpu[Field::pcie_width_max]);
  if (below && *gpu[Field::util_gpu] >= busy) return bad(State::warn, says + " under load");
  return fine(std::move(says));
}

Finding persistence(const Subject& subject) {
  const auto& on = subject.gpu[Field::persistence];
  if (!on) return not_told(on.why);
  return *on != 0 ? fine("on")
                  : bad(State::warn, "persistence mode is off: the driver starts anew for each first user");
}

Finding power(const Subject& subject) {
  constexpr double at_limit = 0.98;
  constexpr double low_clock = 0.80;
  const auto& gpu = subject.gpu;
  for (const auto field : {Field::power, Field::power_limit, Field::clock_sm, Field::clock_sm_max}) {
    if (!gpu[field]) return not_told(gpu[field].why);
  }
  auto says = fmt::format("{:.0f} W of {:.0f} W at {:.0f} MHz of {:.0f} MHz", *gpu[Field::power],
                          *gpu[Field::power_limit], *gpu[Field::clock_sm], *gpu[Field::clock_sm_max]);
  const bool capped = *gpu[Field::power] >= at_limit * *gpu[Field::power_limit] &&
                      *gpu[Field::clock_sm] < low_clock * *gpu[Field::clock_sm_max];
  if (!capped) return fine(std::move(says));
  // Dense work holds a sound card at the limit it comes with, far below its highest clock: an H200 multiplying
  // matrices runs at three quarters of it. Only a limit that somebody lowered takes away what the card could do.
  // The highest that could be set says nothing of that: many cards come with less.
  const auto& usual = gpu[Field::power_default_limit];
  if (!usual) return fine(says + ": at its power limit, as cards under full load are");
  if (*gpu[Field::power_limit] >= *usual) return fine(says + ": at the limit it comes with, normal under full load");
  return bad(State::warn, fmt::format("{}: the limit is lowered from {:.0f} W", says, *usual));
}

constexpr std::array rows{
    Check{"presence", "the GPU fell off the bus or must be reset", "see dmesg; reset the GPU or reboot the machine",
          presence},
    Check{"recovery", "the driver asks for a reset, reboot or drain",
          "drain the machine and do what the driver asks for", recovery},
    Check{"remap_failed", "a memory row could not be replaced", "replace the GPU: its spare rows are used up",
          remap_failed},
    Check{"ecc", "memory errors that were not corrected", "reset the GPU; replace it when they come back", ecc},
    Check{"nvlink", "fewer NVLinks are up than on its sisters", "see nvidia-smi nvlink -s and dmesg for Xid 74",
          nvlink},
    Check{"xid", "the driver logged an error of the GPU", "look the number up in NVIDIA's list of Xid errors", xid},
    Check{"remap_pending", "memory rows are replaced at the next reset", "reset the GPU when it is free",
          remap_pending},
    Check{"slowdown", "heat or the power brake holds the clocks down", "look at cooling and power supply", slowdown},
    Check{"temperature", "within 5 C of where the clocks fall", "look at the cooling", temperature},
    Check{"pcie", "the PCIe link is below its best under load", "seat the card anew; look at the slot and its settings",
          pcie},
    Check{"persistence", "persistence mode is off", "run the service nvidia-persistenced, or nvidia-smi -pm 1",
          persistence},
    Check{"power", "a lowered power limit holds the clocks below 80 %",
          "raise the limit with nvidia-smi -pl, if the machine's power and cooling allow it", power},
};

std::string_view hint_for(State state, std::string_view hint) {
  return state == State::warn || state == State::crit || state == State::unknown ? hint : std::string_view{};
}

Finding bound(const Threshold& threshold, State state, const Gpu& gpu) {
  const auto beyond = crossed(threshold, gpu);
  Finding finding{.check = "bound"};
  if (!beyond) {
    finding.state = State::unknown;
    finding.says = fmt::format("{}: not known: {}", threshold.text, beyond.why);
    return finding;
  }
  finding.state = *beyond ? state : State::ok;
  finding.says = fmt::format("{}: {} is {:g}", threshold.text, row(threshold.field).path, *gpu[threshold.field]);
  return finding;
}

Verdict judge_one(const Subject& subject, const Bounds& bounds) {
  Verdict verdict;
  const bool gone = subject.gpu.presence != Presence::ok;
  for (const auto& check : rows) {
    auto finding = gone && &check != rows.begin() ? not_told("the GPU does not answer") : check.look(subject);
    finding.check = check.id;
    finding.hint = hint_for(finding.state, check.hint);
    verdict.findings.push_back(std::move(finding));
  }
  for (const auto& threshold : bounds.warn) verdict.findings.push_back(bound(threshold, State::warn, subject.gpu));
  for (const auto& threshold : bounds.crit) verdict.findings.push_back(bound(threshold, State::crit, subject.gpu));
  verdict.state = std::ranges::max_element(verdict.findings, {}, &Finding::state)->state;
  return verdict;
}

double links_expected(const Snapshot& snapshot, const Gpu& gpu) {
  double most = 0;
  for (const auto& other : snapshot.gpus) {
    if (other[Label::name].value == gpu[Label::name].value) most = std::max(most, other[Field::nvlink_up].value_or(0));
  }
  return most;
}

const Gpu* same(const Snapshot* snapshot, const Gpu& gpu) {
  if (snapshot == nullptr || !gpu[Label::uuid]) return nullptr;
  const auto found = std::ranges::find_if(
      snapshot->gpus, [&](const Gpu& each) { return each[Label::uuid].value == gpu[Label::uuid].value; });
  return found == snapshot->gpus.end() ? nullptr : &*found;
}

}  // namespace health_checks

double seconds_between(const Snapshot& a, const Snapshot& b) {
  if (a.taken_ns == 0 || b.taken_ns == 0) return b.taken_s - a.taken_s;
  return static_cast<double>(b.taken_ns - a.taken_ns) / 1e9;
}

std::string_view name_of(State state) {
  switch (state) {
    case State::skipped: return "skipped";
    case State::ok: return "ok";
    case State::unknown: return "unknown";
    case State::warn: return "warn";
    case State::crit: return "crit";
  }
  return "unknown";
}

std::span<const Check> checks() { return health_checks::rows; }

std::vector<Verdict> judge(const Snapshot& now, const Snapshot* before, const Bounds& bounds) {
  std::vector<Verdict> verdicts;
  const double seconds = before == nullptr ? 0 : seconds_between(*before, now);
  for (const auto& gpu : now.gpus) {
    verdicts.push_back(health_checks::judge_one({.gpu = gpu,
                                                 .before = health_checks::same(before, gpu),
                                                 .seconds = seconds,
                                                 .links_expected = health_checks::links_expected(now, gpu)},
                                                bounds));
  }
  return verdicts;
}

bool tells_slowdowns(const Snapshot& snapshot) {
  return std::ranges::any_of(snapshot.gpus, [](const Gpu& gpu) {
    return gpu[Field::slow_sw_thermal] || gpu[Field::slow_hw_thermal] || gpu[Field::slow_brake];
  });
}

State worst(std::span<const Verdict> verdicts) {
  if (verdicts.empty()) return State::unknown;
  return std::ranges::max_element(verdicts, {}, &Verdict::state)->state;
}

}  // namespace llmgw::gpu
