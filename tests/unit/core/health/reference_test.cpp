#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>

#include "core/base/files.h"
#include "core/health/report.h"
#include "faults.h"
#include "healthy.h"

namespace health_reference_test {

using namespace llmgw::health;
using health_check_test::faults;

/// What leads to a finding, in words; each row is a fault that check_test injects. The code's meaning stands for a
/// fault without a row.
struct Input {
  std::string_view check;
  State state;
  std::string_view code;
  std::string_view words;
};
constexpr std::array inputs{
    Input{"dns", State::crit, "dns_failed", "the resolver knows no address of the name"},
    Input{"tcp", State::crit, "connect_failed", "the connection is refused"},
    Input{"tcp", State::idle, "scaled_to_zero", "the same, with `scale_to_zero`"},
    Input{"tls", State::crit, "tls_failed", "the port does not speak TLS"},
    Input{"tls", State::crit, "certificate_self_signed", "the certificate is signed by itself, without ca_file"},
    Input{"tls", State::crit, "certificate_name", "the certificate has other names than the address"},
    Input{"tls", State::crit, "client_certificate", "the server asks for a certificate, without client_cert"},
    Input{"tls", State::warn, "certificate_ends", "the certificate is good for 20 days"},
    Input{"tls", State::crit, "certificate_ends", "the certificate is good for 6.9 days"},
    Input{"http", State::crit, "no_answer", "nothing comes within --timeout"},
    Input{"clock", State::warn, "clock_skew", "the Date is 10 s behind"},
    Input{"clock", State::crit, "clock_skew", "the Date is two hours ahead"},
    Input{"identity", State::unknown, "kind_unknown", "no fingerprint fits"},
    Input{"identity", State::warn, "kind_guessed", "only `/version` of vLLM answers"},
    Input{"live", State::crit, "not_live", "HTTP 500 from the path of life"},
    Input{"live", State::crit, "no_answer", "the path of life does not answer in time"},
    Input{"ready", State::crit, "not_ready", "HTTP 503 with an empty body"},
    Input{"ready", State::crit, "loading", "HTTP 503 with \"Loading model\""},
    Input{"ready", State::idle, "scaled_to_zero", "HTTP 503, with `scale_to_zero`"},
    Input{"ready", State::crit, "dependency_down", "LiteLLM: HTTP 200 with `\"db\":\"disconnected\"`"},
    Input{"ready", State::warn, "debug_mode", "LiteLLM: `\"is_detailed_debug\":true`"},
    Input{"version", State::crit, "version_unexpected", "0.24.1, with `--expect-version '^1\\.'`"},
    Input{"version", State::unknown, "version_unreported", "HTTP 404 from the version's path, with --expect-version"},
    Input{"auth", State::crit, "key_refused", "HTTP 401 with the key"},
    Input{"auth", State::crit, "key_needed", "HTTP 401, and no key was given"},
    Input{"auth", State::warn, "open_endpoint", "the models are listed without the key, on another machine"},
    Input{"auth", State::unknown, "models_failed", "the list of models does not come in time"},
    Input{"auth", State::unknown, "key_withheld", "plain http to another machine, without --insecure-http"},
    Input{"models", State::crit, "models_failed", "HTML in the place of the list"},
    Input{"models", State::warn, "models_empty", "an empty list"},
    Input{"model", State::crit, "model_missing", "the list lacks the model of --expect-model"},
    Input{"ctx", State::crit, "context_short", "32768 tokens, with `--expect-context 65536`"},
    Input{"ctx", State::unknown, "context_unreported", "a list without contexts, with --expect-context"},
    Input{"metrics", State::unknown, "metrics_missing", "HTTP 404 from the metrics' path"},
    Input{"metrics", State::warn, "metrics_damaged", "one line of the page is no metric"},
    Input{"queue", State::warn, "queue_waiting", "2 requests wait in two scrapes, 6 run"},
    Input{"queue", State::crit, "queue_long", "7 requests wait, 6 run"},
    Input{"queue", State::unknown, "metric_absent", "the page does not count waiting requests"},
    Input{"kv", State::warn, "kv_high", "95% of the fullest cache is in use"},
    Input{"kv", State::crit, "kv_high", "99% of the fullest cache is in use"},
    Input{"kv", State::unknown, "metric_absent", "the page does not tell of the cache"},
    Input{"preempt", State::warn, "preempting", "5 preemptions in the second between two scrapes"},
    Input{"preempt", State::unknown, "restarted", "the counter falls from 10 to 1"},
    Input{"sleep", State::crit, "sleeping", "`sleep_state=\"discard_all\"` is 1"},
    Input{"sleep", State::idle, "sleeping", "the same, with --allow-sleep"},
    Input{"budget", State::warn, "budget_low", "$1 of $10 is left"},
    Input{"budget", State::crit, "budget_spent", "$0.10 of $10 is left"},
    Input{"budget", State::warn, "key_ends", "the key ends in 5 days"},
    Input{"budget", State::unknown, "budget_unreadable", "HTTP 403 from the key's own information"},
};

constexpr std::string_view introduction = R"(# Checks of llmgw health

<!-- Generated from src/core/health and its tests; ./dev generate rewrites it. -->

`llmgw health` asks a server what it is and how it is, and judges the answers. This page tells what it knows of kinds of
servers, what each check shows, what each code means, and which input leads to which state. `llmgw health explain CODE`
prints a row of the third table, `llmgw health --list-checks` the first three tables.

A check whose dependency is crit, idle or unknown is skipped, and `blocked_by` names the one to mend. A certificate that
ends soon and a figure beyond a limit of yours (`limit_passed`) block nothing: what was measured works.

`--timeout` limits each question, `--total-timeout` the run. A server that is silent for as long as a question may take is
crit; what the end of the run cuts short is unknown (`no_time`).

What the last run found of a target is kept in the state folder (`llmgw/health` in `$XDG_STATE_HOME`), without keys: the
states for --since-last, and the counters that rates need, so that a run within the hour scrapes once. Only where requests
wait and that scrape is older than a minute is there a second one, since the queue of then is not the queue of now. With
--each-address that is so for each address by itself. What no run has gone on with for thirty days is removed.

Among several targets one whose configuration names a variable that is not set is not asked: it is unknown, and the others
are checked. As the only target it is a wrong configuration (exit 3).

From level 3 on models are asked, one question at a time (`--deep`, `--full`). Answers are short: `chat` asks for one token,
`stream`, `fim`, `vision`, `anthropic` and `responses` for 16, `json` for 64, `tools` for 256, or for more where the model
takes no lower limit or thinks first (16 for OpenAI's, 200 for those that think, `min_max_tokens` of the DGX gateway; but
not for `fim`). `cancel` asks for 2048 and leaves after three events, `ctx-limit` sends a prompt longer than the context and
expects a refusal.

The level is the consent for engines. Hosted providers, gateways, and servers on other machines of which no sure sign tells
the kind are asked only with `--cost-limit USD`; on this machine nothing but a gateway needs it. Before each check the most
that it can cost, at the listed price or at an assumed one of $15 and $75 a million tokens, is added to what was spent, and
what would pass the limit is skipped. That most is a token for each byte of the text, 1000 more with tools or a schema, 10000
with an image, and the limit on the answer. It knows nothing of a prompt that a gateway puts before each question, nor of a
server that passes over the limit. Afterwards what the server counted takes its place; a request that was not refused and
got no count is booked at its most, answered or not.

A model that is not loaded, or of which that is not known, is left alone; `--allow-load` permits the loading. An engine that
sleeps is never asked: a request does not wake it. The requests and tokens spent are told by the formats table, wide, json
and jsonl. The JSON formats also tell of each check that asks something of its own how long that took (`ms`).

)";

constexpr std::string_view as_they_are = R"(
## Servers as they are

What recordings of real servers (`tests/golden/servers`) and runs against them have shown:

- vLLM 0.32 accepts connections once its model is loaded; until then `tcp` is crit, and `--wait 10m` waits. Its `/health`
  tells of the process alone: with an engine that hangs levels 0 to 2 stay ok, and `--deep` finds it. An engine that has
  died is `engine_dead` for a moment, then the server ends. With `--api-key` its `/health`, `/version` and `/metrics` stay
  open: liveness and startup probes need no key, readiness does. With `--disable-log-stats` its load is not told.
- While requests wait at an engine, an answer to `--deep` waits as well: `queue` says why `chat` is late.
- transformers serve 5.23 is known as a server that lists models as OpenAI does. It lists what is in its cache, not the
  folder that it was started with: `models` may warn of an empty list, so name the model with --model. It sends no
  `[DONE]` and ignores forced tools and JSON schemas, which `--full` tells.
- Ollama 0.17 loads a model with the first request for it: `--deep` asks one that is loaded, and else wants --allow-load. It
  has no metrics page, so its queue is not told, and `cancel` cannot be judged. A model whose template has no place for
  tools answers them with 400: `tools` warns.

)";

const Input* find(const health_check_test::Fault& fault) {
  const auto found = std::ranges::find_if(inputs, [&](const Input& input) {
    return input.check == fault.check && input.state == fault.state && input.code == fault.code;
  });
  return found == inputs.end() ? nullptr : &*found;
}

/// How a check comes to ok, and how to skipped: the first of some servers without a fault that shows it.
std::string told_without_fault(const Check& check, State state) {
  auto bare = healthy::litellm();
  bare.kind = find_kind("openai_compatible");
  auto oip = healthy::litellm();
  oip.kind = find_kind("oip");
  auto once = healthy::vllm();
  once.earlier_page.reset();
  const auto engine = healthy::vllm();
  const auto gateway = healthy::litellm();
  for (const Facts* facts : std::initializer_list<const Facts*>{&engine, &gateway, &bare, &oip, &once}) {
    for (const auto& outcome : judge(*facts, {}, {})) {
      if (outcome.check == &check && outcome.finding.state == state && outcome.blocked_by.empty()) {
        return fmt::format("{}: {}", facts->kind->doc, outcome.finding.message);
      }
    }
  }
  return {};
}

std::string page() {
  std::string out(introduction);
  out += markdown_reference();
  out += as_they_are;
  out += "## Inputs\n\n| check | state | code | input |\n|---|---|---|---|\n";
  const auto write = std::back_inserter(out);
  for (const auto& check : checks()) {
    for (const auto state : {State::ok, State::skipped}) {
      const auto told = told_without_fault(check, state);
      if (!told.empty()) fmt::format_to(write, "| `{}` | {} | | {} |\n", check.id, state_name(state), told);
    }
    for (const auto& fault : faults()) {
      if (fault.check != check.id) continue;
      const auto* input = find(fault);
      const auto words = input != nullptr ? input->words : find_code(fault.code)->meaning;
      fmt::format_to(write, "| `{}` | {} | `{}` | {} |\n", check.id, state_name(fault.state), fault.code, words);
    }
    std::vector<health_deep_test::Told> written;
    for (const auto& fault : health_deep_test::told_faults()) {
      if (fault.check != check.id || std::ranges::find(written, fault) != written.end()) continue;
      written.push_back(fault);
      fmt::format_to(write, "| `{}` | {} | `{}` | {} |\n", check.id, state_name(fault.state), fault.code,
                     find_code(fault.code)->meaning);
    }
  }
  return out;
}

TEST_CASE("every input that is told in words is a fault that is injected", "[health]") {
  for (const auto& input : inputs) {
    CAPTURE(input.check, state_name(input.state), input.code);
    CHECK(std::ranges::any_of(faults(), [&](const auto& fault) { return find(fault) == &input; }));
  }
}

TEST_CASE("docs/health.md is what the registry and the injected faults say", "[health][reference]") {
  const std::string path = std::string(LLMGW_SOURCE_DIR) + "/docs/health.md";
  const auto wanted = page();
  if (std::getenv("LLMGW_UPDATE_GOLDEN") != nullptr) REQUIRE(llmgw::write_file(path, wanted, llmgw::FileMode::shared));
  const auto written = llmgw::read_file(path);
  REQUIRE(written);
  CHECK(*written == wanted);
}

}  // namespace health_reference_test
