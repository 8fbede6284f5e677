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
    Code{"no_time", "The time limit of the run came before the answer.",
         "raise --total-timeout, or choose with --checks"},
    Code{"check_failed", "The check itself broke off, so nothing is known.", "look at the message; is memory short?"},
    Code{"dns_failed", "The host's name has no address.", "check the name, and the resolver of this machine"},
    Code{"connect_failed", "No connection: refused, no route, or no answer in time.",
         "is the server running there, on this port? is a firewall between?"},
    Code{"tls_failed", "The TLS handshake failed, not for the server's certificate.",
         "does the port speak TLS, and a version from 1.2 on?"},
    Code{"certificate_expired", "The server's certificate is over, or not valid yet.",
         "renew it; if it is good, set this machine's clock"},
    Code{"certificate_ends", "The server's certificate ends soon.", "renew it"},
    Code{"certificate_self_signed", "The server's certificate, or the root of its chain, is signed by itself.",
         "name it with ca_file, if it is meant to be so"},
    Code{"certificate_untrusted", "The authority of the server's certificate is not trusted here.",
         "name its certificate with ca_file; does the server send its intermediate ones?"},
    Code{"certificate_name", "The server's certificate is of another name.",
         "use a name that it has, or renew it with this one"},
    Code{"client_certificate", "The server wants a certificate from its clients, or the one given cannot be used.",
         "set client_cert and client_key"},
    Code{"no_answer", "A connection was made, and no whole HTTP answer came in time.",
         "the process may hang: look at its log, then restart it"},
    Code{"bad_gateway", "A gateway answers in the server's place: the server behind it is down, or does not answer it.",
         "look at the server itself, then at the address that the gateway asks"},
    Code{"clock_skew", "The server's Date differs from this machine's clock; signatures and tokens with times break.",
         "run NTP on both machines"},
    Code{"kind_unknown", "No fingerprint fits the answers of this server.",
         "name its kind: kind+URL, or `kind` in the profile"},
    Code{"kind_guessed", "The kind was told from one weak sign.", "name it: kind+URL, or `kind` in the profile"},
    Code{"not_live", "The path that tells of life answered with an error.", "look at the server's log"},
    Code{"engine_dead", "The process answers, and the engine in it has died: no request will be served.",
         "restart the server; its log says why the engine ended"},
    Code{"not_ready", "The server lives but says that it cannot serve.", "look at what its readiness names"},
    Code{"loading", "The model is being loaded.", "wait: llmgw health --until ok --total-timeout 15m"},
    Code{"dependency_down", "The server answers 200 while something that it needs is down.",
         "bring back what the message names; do not trust the status alone"},
    Code{"scaled_to_zero", "The server is down, which its profile allows: the first request starts it.", ""},
    Code{"debug_mode", "The server logs in detail, prompts among it.", "switch detailed debugging off"},
    Code{"version_unexpected", "The version is not the expected one.", "check what was deployed"},
    Code{"version_unreported", "The server does not tell its version.", ""},
    Code{"key_refused", "The server refused the key.", "check the key and what it may do"},
    Code{"key_needed", "The server wants a key, and none was given.",
         "give one: the profile's api_key, --api-key-file or LLMGW_API_KEY"},
    Code{"key_withheld", "The key was not sent: the address is plain http, and everybody on the way could read it.",
         "use https, or allow it with --insecure-http"},
    Code{"variable_unset",
         "A variable that the server's configuration names is not set or empty, so nothing was asked.",
         "set it where llmgw runs"},
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
    Code{"metrics_off", "The server's metrics are switched off; its load is not known.",
         "start it with metrics: llama-server --metrics, vLLM without --disable-log-stats"},
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
    Code{"key_ends", "The key ends soon, or has ended.", "renew it"},
    Code{"model_unclear", "Several models are listed, and none was named, so none was asked.", "name one with --model"},
    Code{"would_spend", "An answer may cost money, so none was asked for.",
         "allow it with --cost-limit USD; every request is kept below"},
    Code{"cost_limit", "With this check the run could cost more than --cost-limit allows.",
         "raise --cost-limit, or choose with --checks"},
    Code{"would_load", "The model is not loaded or sleeps, or that is not known, and a check does not load it unasked.",
         "allow it with --allow-load, or wake the engine"},
    Code{"not_offered", "The server does not have this interface.", ""},
    Code{"feature_refused", "The server does not take requests of this sort.",
         "look at the message: a parser or a feature may be switched off"},
    Code{"rate_limited", "The server turned the request away for its rate limit.", "run again later"},
    Code{"request_refused", "The server refused a plain request.", "look at the message"},
    Code{"request_failed", "The server failed over a plain request.", "look at its log"},
    Code{"answer_late", "The answer did not come to its end in time.",
         "lower the load, or raise --timeout; without load the engine may hang: look at its log"},
    Code{"answer_cut", "The connection broke inside of the answer.", "look at the log of the server and of proxies"},
    Code{"answer_malformed", "The answer is not in the format that was asked for.",
         "is a server of another kind there? try another version"},
    Code{"answer_empty", "There was an answer, and nothing in it.", "try the model with llmgw ask"},
    Code{"answer_short", "The answer was too short to try this.", ""},
    Code{"answer_truncated", "The answer ended at its token limit before what was asked for.", ""},
    Code{"stream_not_sse", "A streamed answer did not come as an event stream.",
         "does the server stream? does something on the way rewrite answers?"},
    Code{"stream_error", "A stream held an error, or an event that is none.", "look at the message"},
    Code{"stream_empty", "A stream held nothing of an answer.", "look at the server's log"},
    Code{"stream_unfinished", "A stream ended without telling why: clients take that for a cut answer.",
         "look at the log of the server and of proxies"},
    Code{"stream_unmarked", "A stream had no mark of its end; strict clients wait for it.", ""},
    Code{"usage_missing", "The answer does not tell its usage, so nobody can count it.", ""},
    Code{"proxy_buffered", "Something on the way held the stream back and sent it all at once.",
         "switch buffering off for this path: proxy_buffering off in nginx"},
    Code{"embedding_zero", "The embedding is all zeros.", "is the model loaded rightly? check pooling"},
    Code{"rerank_wrong", "The reranker preferred the wrong text.", "is it a reranker? check its template"},
    Code{"fim_via_chat",
         "A raw completion was sent through the chat template, which fill-in-the-middle does not survive.",
         "let the gateway pass /v1/completions on as it is"},
    Code{"fim_wrong", "The model did not fill the hole as it should.",
         "is it a base or coder model, with these marks?"},
    Code{"tool_call_missing", "A forced tool was not called.", "check the server's tool parser"},
    Code{"tool_markup_leaked", "The model's own markup of a tool call came as text: nobody parsed it.",
         "set the tool parser that fits the model"},
    Code{"arguments_malformed", "The arguments of a tool call are not JSON.", "check the server's tool parser"},
    Code{"arguments_wrong", "The arguments of a tool call do not fit its schema.", "check the server's tool parser"},
    Code{"schema_ignored", "The answer does not keep to the schema: the server ignored it.",
         "does it support json_schema? check its guided decoding"},
    Code{"image_unseen", "The answer has nothing to do with the image.",
         "does the model see? does a proxy drop images?"},
    Code{"request_lives_on", "A request went on after its client had left: it holds a place and costs for nobody.",
         "look for a proxy that does not pass on that clients leave"},
    Code{"busy", "Others' requests ran as well, so this could not be told.", "run again when it is quiet"},
    Code{"context_unguarded", "A prompt longer than the context was answered: something was cut silently.",
         "check what the server lists as context, and whether it truncates"},
    Code{"context_error_unclear", "A prompt that is too long is refused, in words that do not say so.", ""},
    Code{"rate_limit_near", "Little of a rate limit is left.", "fewer requests, or a higher limit"},
    Code{"fallback_used", "Another model than the one asked for has answered.", "look at what is wrong with the first"},
    Code{"gpu_unwell", "A GPU that the server runs on is not well.", "look closer: llmgw gpu health"},
    Code{"gpu_unreadable", "The GPUs could not be read.", "check dcgm_url"},
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
  constexpr std::array<std::string_view, 8> names{"", "s", "ratio", "count", "per_s", "tokens", "usd", "days"};
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
    case Unit::days: return fmt::format("{:.0f} d", value);
    case Unit::none:
    case Unit::count:
    case Unit::tokens: break;
  }
  return fmt::format("{:.0f}", value);
}

}  // namespace llmgw::health
