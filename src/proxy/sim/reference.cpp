#include "proxy/sim/reference.h"

#include <fmt/format.h>

#include <string_view>

#include "proxy/sim/behaviour.h"

namespace llmgw::sim {
namespace reference {

constexpr std::string_view introduction = R"(# The simulator

<!-- Generated from src/proxy/sim/behaviour.cpp; ./dev generate rewrites it. -->

`llmgw sim` is an upstream without a model: it answers OpenAI Chat and Anthropic Messages requests, streamed or whole,
at exact moments, with made-up or scripted content, and with the faults and quirks of real servers on demand. `llmgw
serve --sim` runs one inside the proxy.

| path | answers |
|---|---|
| `POST /v1/chat/completions`, `POST /v1/messages` | generation; any model name is taken |
| `POST /v1/embeddings` | vectors of length 1: `input` as texts or tokens, `dimensions` (256), `encoding_format` |
| `POST /v1/rerank` | `query` and `documents` in Cohere's form, as vLLM has it; `top_n` |
| `POST /v1/messages/count_tokens`, `POST /tokenize` | estimates of the prompt's tokens |
| `GET /v1/models`, `GET /v1/models/NAME` | the names given with `--model`, in Anthropic's form with `anthropic-version` |
| `GET /metrics` | Prometheus text under vLLM's names, and `llmgw_sim_lateness_seconds`, the simulator's own error |
| `GET /health`, `GET /ping`, `GET /version` | always |

**Time.** Each token has its moment from the arrival of its request: arrival + `ttft` + `prefill-per-token` for each
token of the prompt, then `itl` further for each. A late event delays none after it. `--time-scale 0` drops all waits.

**Content.** Equal requests get equal words under one `--seed`. Ids and times differ between repetitions of a request,
the same way on every run; a request with an `x-request-id` draws them from that. Token limits, `n`, `tool_choice`,
`parallel_tool_calls`, switched-off reasoning and response formats are obeyed; arguments follow the tools' schemas.
Vectors and scores depend on the seed and the texts alone: texts that share words are near each other, so that a search
finds what it should. They come at once, and settings do not change them.

## Settings

A setting is an option of `llmgw sim` where the table says so, else `--set NAME=VALUE`; a key of `[settings]` in a
scenario file; or part of a script, `name[@TOKENS][=VALUE]` separated by commas or semicolons, for `--fault`, a turn's
`sim` key and the request header `X-Sim`, which `llmgw serve` forwards. Options win over the file's `[settings]`; the
faults that strike, the turn's `sim` and `X-Sim` come on top, in this order.

)";

constexpr std::string_view scenarios = R"(
`name@TOKENS` strikes before the first content that follows so many tokens of the answer; a cut without position
strikes before the response head.

## Scenario files

`--scenario FILE` reads TOML; `examples/sim/` holds two.

```toml
[settings]                 # of every answer
ttft = "30ms"

[[fault]]                  # drawn for each request
script = "status=503; retry-after=1"
probability = 0.05

[[turn]]                   # the first whose `when` fits is played; without `when`, always
when = { user = "note", tool = "Read" }
think = "I have to read it first."
say = "I will look into it."
call = [{ name = "Read", args = { file_path = "note.txt" } }]
sim = "chunk-tokens=4"     # settings of this answer
finish = "tool_calls"      # stop, length, tool_calls or content_filter; follows from the answer unless said
```

`when` asks for `user` (the last user text contains it), `tool_result` (a tool result came last and contains it; empty:
any), `system`, `tool` (the request offers it), `model`, `api` (`openai-chat` or `anthropic-messages`) and `turn`
(number of assistant messages so far). `{user}`, `{tool_result}` and `{model}` in a turn's texts stand for what the
request holds. `args` may be a text instead, and then needs not be JSON.

## Truth file

`--truth FILE` gets one JSON line for each Chat or Messages request: `id`, `api`, `model`, `arrival_ns`,
`first_token_sched_ns`, `sent` (`[moment_ns, written_ns, tokens, channel]` for each event), `finish`, `prompt_tokens`,
`completion_tokens`, `fault`, `client_left`. Times are CLOCK_MONOTONIC nanoseconds, so a client on the same machine can
compare them with its own.
)";

}  // namespace reference

std::string reference_page() {
  std::string out(reference::introduction);
  out += "| setting | option | meaning |\n|---|---|---|\n";
  for (const auto& row : setting_rows()) {
    const auto at = row.positioned ? "[@TOKENS]" : "";
    const auto value = row.takes.empty() ? std::string() : fmt::format("={}", row.takes);
    const auto option = row.option ? fmt::format("`--{}`", row.name) : std::string();
    out += fmt::format("| `{}{}{}` | {} | {} |\n", row.name, at, value, option, row.help);
  }
  out += reference::scenarios;
  return out;
}

}  // namespace llmgw::sim
