#include <fmt/format.h>

#include <cstdlib>

#include "core/doctor/judges.h"

namespace llmgw::doctor {
namespace machine {

// Each stream holds two sockets: one to the client, one to the upstream.
constexpr std::uint64_t few_descriptors = 4096;
constexpr std::uint64_t too_few_descriptors = 256;
constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
constexpr std::uint64_t little_space = 256 * mebibyte;
constexpr std::uint64_t no_space = 16 * mebibyte;
constexpr std::uint64_t few_files = 1000;
// Signed requests are refused when the clock is off by five minutes (docs.aws.amazon.com, "Elements of an AWS API
// request signature"), and times in logs of two machines no longer compare long before.
constexpr std::int64_t clock_off_s = 300;
constexpr std::int64_t clock_drifts_s = 30;

State clock_state(std::int64_t ahead_s) {
  const auto off = std::abs(ahead_s);
  if (off >= clock_off_s) return State::crit;
  return off >= clock_drifts_s ? State::warn : State::ok;
}

}  // namespace machine

void judges::descriptors(const Facts& facts, Findings& findings) {
  if (!facts.hard_descriptors || !facts.soft_descriptors) {
    findings.push_back({.state = State::unknown, .says = "the limit on open files could not be read"});
    return;
  }
  const auto most = *facts.hard_descriptors;
  Finding found;
  found.says = fmt::format("{} open files now, {} at most; serve raises its own limit and each stream needs two",
                           *facts.soft_descriptors, most);
  if (most < machine::few_descriptors) {
    found.state = most < machine::too_few_descriptors ? State::crit : State::warn;
    found.mend = "raise the hard limit: LimitNOFILE=65536 in the unit, or nofile in /etc/security/limits.conf";
  }
  findings.push_back(std::move(found));
}

void judges::disk(const Facts& facts, Findings& findings) {
  if (facts.state_folder.empty()) {
    findings.push_back({.state = State::warn,
                        .says = "there is no state folder: neither HOME nor XDG_STATE_HOME is an absolute path",
                        .mend = "set HOME or XDG_STATE_HOME, or LLMGW_TOKEN where serve needs no file of its own"});
    return;
  }
  Finding found{.subject = facts.state_folder};
  if (!facts.free_bytes) {
    found.state = State::unknown;
    found.says = "the free space could not be read";
    findings.push_back(std::move(found));
    return;
  }
  const auto left = *facts.free_bytes;
  const bool no_files = facts.free_files && *facts.free_files < machine::few_files;
  found.says = fmt::format("{} MiB free", left / machine::mebibyte);
  if (no_files) found.says += fmt::format(", and room for {} more files", *facts.free_files);
  if (left < machine::little_space || no_files) {
    found.state = left < machine::no_space || (no_files && *facts.free_files == 0) ? State::crit : State::warn;
    found.mend = "make room on that file system: the token, histories and ready files are written there";
  }
  findings.push_back(std::move(found));
}

void judges::clock(const Facts& facts, Findings& findings) {
  bool compared = false;
  for (const auto& host : facts.hosts) {
    if (!host.ahead_s) continue;
    compared = true;
    const auto ahead = *host.ahead_s;
    Finding found{.state = machine::clock_state(ahead), .subject = host.url};
    found.says = fmt::format("this clock is {} s {} that server's", std::abs(ahead), ahead < 0 ? "behind" : "ahead of");
    if (found.state != State::ok) found.mend = "set the clock: timedatectl set-ntp true";
    findings.push_back(std::move(found));
  }
  if (compared) return;
  findings.push_back({.state = State::skipped,
                      .says = facts.offline ? "no server was asked for its time (--offline)"
                                            : "no server told its time, so there is nothing to compare with"});
}

}  // namespace llmgw::doctor
