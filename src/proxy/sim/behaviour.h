#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "proxy/sim/spread.h"

namespace llmgw::sim {

enum class ReasoningField { reasoning, reasoning_content, both, think };
enum class ToolMode { off, automatic, always, split };
enum class UsageMode { final, continuous, none, choices_in_usage };
enum class RoleChunk { first, none, early };
/// How a connection ends before its time.
enum class Cut { none, fin, rst, hang };

/// Everything that shapes one answer: when, what, and what goes wrong. Token counts say where in the answer a fault
/// strikes; "before" means before the response head.
struct Behaviour {
  Spread ttft{20e6, 0, Spread::Shape::constant};  ///< nanoseconds to the first token
  nanoseconds prefill{0};                         ///< added for each token of the prompt
  Spread itl{5e6, 0, Spread::Shape::constant};    ///< nanoseconds between tokens

  Spread out_len{48, 0, Spread::Shape::constant};  ///< tokens of visible text, see `draw_length`
  bool echo = false;                               ///< the text is the last user message
  bool han = false;                                ///< the text is Chinese: three bytes a letter
  std::int64_t chunk_tokens = 1;                   ///< tokens per event
  std::int64_t reasoning = 0;                      ///< tokens of reasoning
  ReasoningField reasoning_field = ReasoningField::reasoning_content;
  ToolMode tools = ToolMode::off;
  std::int64_t tool_calls = 1;  ///< calls at a time
  bool interleave = false;      ///< pieces of parallel calls alternate
  UsageMode usage = UsageMode::final;
  RoleChunk role = RoleChunk::first;
  std::int64_t max_model_len = 32768;

  int status = 0;  ///< 0: what fits the answer
  std::string retry_after;
  bool error_body = false;  ///< an error envelope under `status`, even under 200
  bool html = false;        ///< an HTML page under `status`
  std::string content_type;
  bool gzip = false;
  std::string redirect;
  nanoseconds slow_headers{0};

  Cut cut = Cut::none;
  std::optional<std::int64_t> cut_at;  ///< tokens before the cut; nullopt: before the head
  std::optional<std::int64_t> stall_at;
  nanoseconds stall_for{0};
  std::optional<std::int64_t> error_at;     ///< an error event after so many tokens
  std::optional<std::int64_t> bad_json_at;  ///< an event that is not JSON after so many tokens
  std::int64_t big_event = 0;               ///< bytes of text put into the first event

  bool crlf = false;
  bool no_space = false;     ///< `data:{...}`
  bool comments = false;     ///< a comment before each event
  bool event_lines = false;  ///< `event: message` in formats without event names
  bool no_done = false;      ///< without the last event
  bool no_finish = false;    ///< without the reason for the end
  bool usage_twice = false;
  bool null_content = false;      ///< `"content":null` where a delta has none
  bool empty_deltas = false;      ///< an event with an empty delta before each
  bool finish_with_text = false;  ///< the last text comes in the event that ends the answer
  bool empty = false;             ///< a stream without any event
  std::int64_t split = 0;         ///< bytes per write; 0: whole events

  /// How many tokens of visible text one answer has: drawn from `out_len`, at most a million.
  [[nodiscard]] std::int64_t draw_length(IdSource& random) const;
  std::int64_t coalesce = 1;  ///< events per write
  bool buffered = false;      ///< everything in one write at the end
};

/// One setting of a behaviour: the one list behind `X-Sim`, scenario files and the options of `llmgw sim`.
struct SettingRow {
  std::string_view name;
  std::string_view takes;   ///< what the value looks like; empty: a switch
  std::string_view help;    ///< one sentence without a full stop
  bool option = false;      ///< `llmgw sim` has an option of that name
  bool positioned = false;  ///< `name@TOKENS` says where it strikes
  /// Changes the behaviour; `at` is the position, if one was given.
  Result<> (*apply)(Behaviour& behaviour, std::optional<std::int64_t> at, std::string_view value);
};

/// All settings in the order of the documentation.
std::span<const SettingRow> setting_rows();

/// Applies one setting, `name` possibly with `@TOKENS`. Errors (`usage`) name the nearest setting.
Result<> apply_setting(Behaviour& behaviour, std::string_view name, std::string_view value);
/// Applies a script: settings `name[@TOKENS][=VALUE]` separated by commas or semicolons.
Result<> apply_script(Behaviour& behaviour, std::string_view script);

}  // namespace llmgw::sim
