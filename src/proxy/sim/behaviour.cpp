// The one list of what a simulated answer can be told to be. A row here is a header setting, a scenario key and, with
// `option`, an option of `llmgw sim`.
#include "proxy/sim/behaviour.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/nearest.h"

namespace llmgw::sim {
namespace behaviours {

constexpr double most_tokens = 1e6;

using At = std::optional<std::int64_t>;

Result<std::int64_t> whole(std::string_view value, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || number < least || number > most)
    return fail(Errc::usage, fmt::format("\"{}\" must be a whole number from {} to {}", value, least, most));
  return number;
}

Result<std::size_t> choice(std::string_view value, std::span<const std::string_view> choices) {
  const auto found = std::ranges::find(choices, value);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  std::string known;
  for (const auto each : choices) known += (known.empty() ? "" : ", ") + std::string(each);
  return fail(Errc::usage, fmt::format("\"{}\" must be one of {}", value, known));
}

template <bool Behaviour::*Flag>
Result<> flag(Behaviour& behaviour, At, std::string_view value) {
  if (!value.empty() && value != "on" && value != "off") return fail(Errc::usage, "takes no value but on or off");
  behaviour.*Flag = value != "off";
  return {};
}

template <std::int64_t Behaviour::*Number, std::int64_t Least, std::int64_t Most>
Result<> number(Behaviour& behaviour, At, std::string_view value) {
  TRY(behaviour.*Number, whole(value, Least, Most));
  return {};
}

template <nanoseconds Behaviour::*Time>
Result<> duration(Behaviour& behaviour, At, std::string_view value) {
  TRY(behaviour.*Time, parse_time(value));
  return {};
}

template <Spread Behaviour::*Time>
Result<> time_spread(Behaviour& behaviour, At, std::string_view value) {
  TRY(behaviour.*Time, parse_time_spread(value));
  return {};
}

template <std::string Behaviour::*Text>
Result<> text(Behaviour& behaviour, At, std::string_view value) {
  if (value.empty()) return fail(Errc::usage, "needs a value");
  behaviour.*Text = value;
  return {};
}

template <std::optional<std::int64_t> Behaviour::*Position>
Result<> position(Behaviour& behaviour, At at, std::string_view) {
  behaviour.*Position = at.value_or(0);
  return {};
}

template <Cut How>
Result<> cut(Behaviour& behaviour, At at, std::string_view) {
  behaviour.cut = How;
  behaviour.cut_at = at;
  return {};
}

Result<> out_len(Behaviour& behaviour, At, std::string_view value) {
  behaviour.echo = value == "echo";
  if (behaviour.echo) return {};
  TRY(behaviour.out_len, parse_number_spread(value));
  if (behaviour.out_len.mean > most_tokens) return fail(Errc::usage, "must be at most 1000000 tokens");
  return {};
}

Result<> reasoning(Behaviour& behaviour, At, std::string_view value) {
  constexpr std::array<std::string_view, 4> fields{"reasoning", "reasoning_content", "both", "think"};
  const auto colon = value.find(':');
  TRY(behaviour.reasoning, whole(value.substr(0, colon), 0, 1'000'000));
  if (colon == std::string_view::npos) return {};
  TRY(const auto field, choice(value.substr(colon + 1), fields));
  behaviour.reasoning_field = static_cast<ReasoningField>(field);
  return {};
}

Result<> tool_calls(Behaviour& behaviour, At, std::string_view value) {
  constexpr std::array<std::string_view, 4> modes{"off", "auto", "always", "split"};
  TRY(const auto mode, choice(value, modes));
  behaviour.tools = static_cast<ToolMode>(mode);
  return {};
}

Result<> usage(Behaviour& behaviour, At, std::string_view value) {
  constexpr std::array<std::string_view, 4> modes{"final", "continuous", "none", "choices-in-usage"};
  TRY(const auto mode, choice(value, modes));
  behaviour.usage = static_cast<UsageMode>(mode);
  return {};
}

Result<> role_chunk(Behaviour& behaviour, At, std::string_view value) {
  constexpr std::array<std::string_view, 3> modes{"first", "none", "early"};
  TRY(const auto mode, choice(value, modes));
  behaviour.role = static_cast<RoleChunk>(mode);
  return {};
}

Result<> status(Behaviour& behaviour, At, std::string_view value) {
  TRY(const auto number, whole(value, 200, 599));
  behaviour.status = static_cast<int>(number);
  return {};
}

Result<> stall(Behaviour& behaviour, At at, std::string_view value) {
  behaviour.stall_at = at.value_or(0);
  TRY(behaviour.stall_for, parse_time(value));
  return {};
}

Result<> split(Behaviour& behaviour, At, std::string_view value) {
  behaviour.split = 1;
  if (!value.empty()) {
    TRY(behaviour.split, whole(value, 1, 65536));
  }
  return {};
}

Result<> big_event(Behaviour& behaviour, At, std::string_view value) {
  behaviour.big_event = std::int64_t{1} << 20;
  if (!value.empty()) {
    TRY(behaviour.big_event, whole(value, 1, std::int64_t{1} << 28));
  }
  return {};
}

constexpr std::array rows{
    SettingRow{"ttft", "TIME", "time to the first token: 80ms, 80ms+-10ms, 80ms+-10ms:lognormal", true, false,
               time_spread<&Behaviour::ttft>},
    SettingRow{"prefill-per-token", "TIME", "added to it for each token of the prompt", true, false,
               duration<&Behaviour::prefill>},
    SettingRow{"itl", "TIME", "time between tokens, written like --ttft", true, false, time_spread<&Behaviour::itl>},
    SettingRow{"out-len", "N", "tokens of text: 64, 64+-16, or echo for the last user message", true, false, out_len},
    SettingRow{"chunk-tokens", "N", "tokens per event", true, false, number<&Behaviour::chunk_tokens, 1, 4096>},
    SettingRow{"reasoning", "N[:FIELD]", "tokens of reasoning, in reasoning, reasoning_content, both or think", true,
               false, reasoning},
    SettingRow{"tool-calls", "MODE", "off, auto (unless a result came last), always, or split (auto, byte by byte)",
               true, false, tool_calls},
    SettingRow{"parallel", "N", "tool calls at a time", true, false, number<&Behaviour::tool_calls, 1, 64>},
    SettingRow{"usage", "MODE", "final, continuous, none or choices-in-usage", true, false, usage},
    SettingRow{"role-chunk", "MODE", "the event with the role: first, none or early", true, false, role_chunk},
    SettingRow{"max-model-len", "N", "context in tokens; a longer prompt is refused", true, false,
               number<&Behaviour::max_model_len, 1, std::int64_t{1} << 40>},
    SettingRow{"han", "", "Chinese text", false, false, flag<&Behaviour::han>},
    SettingRow{"interleave", "", "pieces of parallel tool calls alternate", false, false, flag<&Behaviour::interleave>},

    SettingRow{"status", "CODE", "answer with this HTTP status and an error body", false, false, status},
    SettingRow{"retry-after", "TEXT", "send this retry-after header", false, false, text<&Behaviour::retry_after>},
    SettingRow{"error-body", "", "an error body although the status is 200", false, false,
               flag<&Behaviour::error_body>},
    SettingRow{"html", "", "an HTML page in the place of JSON, under 502 unless status says else", false, false,
               flag<&Behaviour::html>},
    SettingRow{"content-type", "TYPE", "send this content type", false, false, text<&Behaviour::content_type>},
    SettingRow{"gzip", "", "compress the body", false, false, flag<&Behaviour::gzip>},
    SettingRow{"redirect", "URL", "answer 307 to that place", false, false, text<&Behaviour::redirect>},
    SettingRow{"slow-headers", "TIME", "wait before the response head", false, false,
               duration<&Behaviour::slow_headers>},

    SettingRow{"fin", "", "close the connection, before the head or after so many tokens", false, true, cut<Cut::fin>},
    SettingRow{"rst", "", "reset the connection, before the head or after so many tokens", false, true, cut<Cut::rst>},
    SettingRow{"hang", "", "never go on, from the start or after so many tokens", false, true, cut<Cut::hang>},
    SettingRow{"stall", "TIME", "pause after so many tokens", false, true, stall},
    SettingRow{"error", "", "an error event after so many tokens", false, true, position<&Behaviour::error_at>},
    SettingRow{"bad-json", "", "an event that is not JSON after so many tokens", false, true,
               position<&Behaviour::bad_json_at>},

    SettingRow{"crlf", "", "lines end with CR LF", false, false, flag<&Behaviour::crlf>},
    SettingRow{"no-space", "", "no space after data:", false, false, flag<&Behaviour::no_space>},
    SettingRow{"comments", "", "a comment before each event", false, false, flag<&Behaviour::comments>},
    SettingRow{"event-lines", "", "event: message where the format has no event names", false, false,
               flag<&Behaviour::event_lines>},
    SettingRow{"no-done", "", "leave out [DONE] or message_stop", false, false, flag<&Behaviour::no_done>},
    SettingRow{"no-finish", "", "leave out the reason for the end", false, false, flag<&Behaviour::no_finish>},
    SettingRow{"usage-twice", "", "send the usage two times", false, false, flag<&Behaviour::usage_twice>},
    SettingRow{"null-content", "", "\"content\":null in deltas without content", false, false,
               flag<&Behaviour::null_content>},
    SettingRow{"empty-deltas", "", "an event with an empty delta before each", false, false,
               flag<&Behaviour::empty_deltas>},
    SettingRow{"finish-with-text", "", "the last text in the event that ends the answer", false, false,
               flag<&Behaviour::finish_with_text>},
    SettingRow{"empty", "", "a stream without events", false, false, flag<&Behaviour::empty>},
    SettingRow{"split", "BYTES", "so many bytes per write, 1 unless said", false, false, split},
    SettingRow{"coalesce", "N", "so many events per write", false, false, number<&Behaviour::coalesce, 1, 1'000'000>},
    SettingRow{"buffered", "", "everything at the end in one write", false, false, flag<&Behaviour::buffered>},
    SettingRow{"big-event", "BYTES", "a first event of that size, 1 MiB unless said", false, false, big_event},
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace behaviours

std::span<const SettingRow> setting_rows() { return behaviours::rows; }

Result<> apply_setting(Behaviour& behaviour, std::string_view name, std::string_view value) {
  const auto mark = name.find('@');
  const auto plain = name.substr(0, mark);
  const auto row = std::ranges::find(behaviours::rows, plain, &SettingRow::name);
  if (row == behaviours::rows.end()) {
    std::vector<std::string_view> names;
    for (const auto& each : behaviours::rows) names.push_back(each.name);
    const auto near = nearest(plain, names);
    const auto hint = near.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", near);
    return fail(Errc::usage, fmt::format("unknown setting \"{}\"{}", plain, hint));
  }
  std::optional<std::int64_t> at;
  if (mark != std::string_view::npos) {
    if (!row->positioned) return fail(Errc::usage, fmt::format("{} takes no position", plain));
    TRY(at, behaviours::whole(name.substr(mark + 1), 0, std::int64_t{1} << 40));
  }
  auto applied = row->apply(behaviour, at, value);
  if (!applied) return fail(Errc::usage, fmt::format("{}: {}", plain, applied.error().message));
  return {};
}

Result<> apply_script(Behaviour& behaviour, std::string_view script) {
  while (!script.empty()) {
    const auto end = script.find_first_of(",;");
    const auto item = behaviours::trimmed(script.substr(0, end));
    script = end == std::string_view::npos ? std::string_view{} : script.substr(end + 1);
    if (item.empty()) continue;
    const auto equals = item.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view{} : item.substr(equals + 1);
    TRY_VOID(apply_setting(behaviour, behaviours::trimmed(item.substr(0, equals)), behaviours::trimmed(value)));
  }
  return {};
}

std::int64_t Behaviour::draw_length(IdSource& random) const {
  return static_cast<std::int64_t>(std::min(out_len.draw(random), behaviours::most_tokens));
}

}  // namespace llmgw::sim
