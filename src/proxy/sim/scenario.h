#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/ir/event.h"
#include "core/ir/request.h"
#include "proxy/sim/sim_options.h"

namespace llmgw::sim {

/// A tool call that a turn makes. `args` is JSON text, or any text where the file gave one.
struct ScriptedCall {
  std::string name;
  std::string args;
};

/// When a turn is played: all that is written must hold.
struct TurnMatch {
  std::optional<std::string> user;         ///< the last user text contains it
  std::optional<std::string> tool_result;  ///< a tool result came last and contains it (empty: any result)
  std::optional<std::string> system;       ///< the instructions contain it
  std::optional<std::string> tool;         ///< the request offers a tool of that name
  std::optional<std::string> model;
  std::optional<std::string> api;    ///< name of the format: openai-chat, anthropic-messages
  std::optional<std::int64_t> turn;  ///< number of assistant messages so far
};

/// One scripted answer. `{user}`, `{tool_result}` and `{model}` in its texts stand for what the request holds.
struct Turn {
  TurnMatch when;
  std::string think;
  std::string say;
  std::vector<ScriptedCall> calls;
  std::string settings;                              ///< a script applied to this answer
  ir::FinishReason finish = ir::FinishReason::none;  ///< none: follows from the answer
  std::string stop_sequence;
};

/// A scenario file: settings for all answers, faults, and turns of which the first that matches is played.
struct Scenario {
  std::vector<std::pair<std::string, std::string>> settings;
  std::vector<FaultRule> faults;
  std::vector<Turn> turns;
};

/// Reads a scenario. Errors are `config` with FILE:LINE:COLUMN.
Result<Scenario> parse_scenario(std::string_view text, const std::string& file);

/// What a request says that turns match and quote.
struct RequestView {
  std::string user;         ///< text of the last user message
  std::string tool_result;  ///< text of the tool results that came last
  bool result_last = false;
  std::int64_t turn = 0;
};
RequestView view_of(const ir::Request& request);

/// The first turn that matches, with its quotes filled in; nullopt when none does.
std::optional<Turn> find_turn(const Scenario& scenario, const ir::Request& request, std::string_view api);

}  // namespace llmgw::sim
