#include "core/health/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace llmgw::health {
namespace finding_table {

constexpr std::array rows{
    Code{"ok", "The check passed.", ""},
    Code{"blocked", "A check that this one depends on did not pass, so it was not tried.",
         "mend what blocked_by names"},
    Code{"not_applicable", "The check does not apply to this kind of server or to this address.", ""},
    Code{"not_asked", "What the check judges was not asked for in this run.", ""},
    Code{"dns_failed", "The host's name has no address.", "check the name, and the resolver of this machine"},
    Code{"connect_failed", "No connection: refused, no route, or no answer in time.",
         "is the server running there, on this port? is a firewall between?"},
    Code{"tls_failed",
         "The TLS handshake failed: the certificate is expired, of another name, or of an authority that "
         "is not trusted, or the port does not speak TLS.",
         "renew the certificate, or name its authority with ca_file"},
    Code{"no_answer", "A connection was made, and no whole HTTP answer came in time.",
         "the process may hang: look at its log, then restart it"},
    Code{"clock_skew", "The server's Date differs from this machine's clock; signatures and tokens with times break.",
         "run NTP on both machines"},
    Code{"kind_unknown", "No fingerprint fits the answers of this server.",
         "name its kind: kind+URL, or `kind` in the profile"},
    Code{"kind_guessed", "The kind was told from one weak sign.", "name it: kind+URL, or `kind` in the profile"},
    Code{"not_live", "The path that tells of life answered with an error.", "look at the server's log"},
    Code{"not_ready", "The server lives but says that it cannot serve.", "look at what its readiness names"},
    Code{"loading", "The model is being loaded.", "wait: llmgw health --until ok --total-timeout 15m"},
    Code{"dependency_down", "The server answers 200 while something that it needs is down.",
         "bring back what the message names; do not trust the status alone"},
    Code{"scaled_to_zero", "The server is down, which its profile allows: the first request starts it.", ""},
    Code{"debug_mode", "The server logs in detail, prompts among it.", "switch detailed debugging off"},
    Code{"version_unexpected", "The version is not the expected one.", "check what was deployed"},
    Code{"version_unreported", "The server does not tell its version.", ""},
    Code{"key_refused", "The server refused the key.", "check the key and what it may do"},
    Code{"key_withheld", "The key was not sent: the address is plain http, and everybody on the way could read it.",
         "use https, or allow it with --insecure-http"},
    Code{"open_endpoint", "The server answers without a key, and others than this machine can reach it.",
         "give the server a key, or bind it to loopback"},
    Code{"models_failed", "The list of models could not be had.", "look at the message; llmgw models shows the same"},
    Code{"models_empty", "The server lists no model.", "load one, or check what the key may see"},
    Code{"model_missing", "A model that is expected is not listed. Names are compared exactly, case included.",
         "use a name as it is listed: llmgw models"},
    Code{"context_short", "The model's context is shorter than expected.", "check the server's context setting"},
    Code{"context_unreported", "The server does not tell the model's context.", ""},
    Code{"metrics_missing", "The server answers no metrics page.",
         "switch metrics on, or name their address with metrics_url"},
    Code{"metrics_off", "The server says that its metrics are switched off; its load is not known.",
         "start it with metrics, as llama-server --metrics"},
    Code{"metrics_damaged", "Some lines of the metrics page could not be read, or it was too long.",
         "open the page; is something else answering there?"},
    Code{"metric_absent", "The page is there, the metric is not. That is not zero: nothing is known.", ""},
    Code{"one_sample", "The figure needs two scrapes and there was one.", "give --sample a time over 0"},
    Code{"restarted", "The server began anew between the two scrapes.", "run again"},
    Code{"queue_waiting", "Requests wait for capacity.", "add capacity or lower the load"},
    Code{"queue_long", "More requests wait for capacity than run.", "add capacity or lower the load"},
    Code{"kv_high", "The KV cache is nearly full; requests will wait or be preempted.",
         "fewer or shorter requests at a time, or more memory for the cache"},
    Code{"preempting", "Running requests are pushed out of the KV cache and computed again.",
         "fewer requests at a time, or more memory for the cache"},
    Code{"sleeping", "The engine sleeps, though its health path answers 200.",
         "wake it, or allow it with --allow-sleep"},
    Code{"budget_low", "Little of the key's budget is left.", "raise the budget"},
    Code{"budget_spent", "The key's budget is all but spent.", "raise the budget; requests will be refused"},
    Code{"budget_unlimited", "The key has no budget.", ""},
    Code{"budget_unreadable", "The key's budget could not be had.", "check what the key may see"},
    Code{"baseline_worse", "The state is worse than in the baseline.", "look at what the message tells"},
    Code{"baseline_changed", "The kind, version, list of models or context is not the baseline's.",
         "where it is meant to be so, take a new baseline: llmgw health -o json"},
    Code{"baseline_slower", "It takes over 1.5 times as long as in the baseline, and 50 ms longer.",
         "compare load and way; where it is meant to be so, take a new baseline"},
    Code{"limit_passed", "A figure is beyond a limit that was given with --warn or --crit.", ""},
};

}  // namespace finding_table

std::span<const Code> codes() { return finding_table::rows; }

const Code* find_code(std::string_view code) {
  const auto found = std::ranges::find(finding_table::rows, code, &Code::code);
  return found == finding_table::rows.end() ? nullptr : &*found;
}

const Figure* Finding::figure(std::string_view field) const {
  const auto found = std::ranges::find(figures, field, &Figure::field);
  return found == figures.end() ? nullptr : &*found;
}

std::string_view unit_name(Unit unit) {
  constexpr std::array<std::string_view, 7> names{"", "s", "ratio", "count", "per_s", "tokens", "usd"};
  return names[static_cast<std::size_t>(unit)];
}

std::string value_text(double value, Unit unit) {
  constexpr double hundred = 100;
  constexpr double thousand = 1000;
  switch (unit) {
    case Unit::seconds:
      if (std::abs(value) < 1) return fmt::format("{:.0f}ms", value * thousand);
      return fmt::format("{:.1f}s", value);
    case Unit::ratio: return fmt::format("{:.0f}%", value * hundred);
    case Unit::per_s: return fmt::format("{:.1f}/s", value);
    case Unit::usd: return fmt::format("${:.2f}", value);
    case Unit::none:
    case Unit::count:
    case Unit::tokens: break;
  }
  return fmt::format("{:.0f}", value);
}

}  // namespace llmgw::health
