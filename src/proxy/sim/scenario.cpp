#include "proxy/sim/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/nearest.h"
#include "core/config/document.h"
#include "core/json/writer.h"
#include "proxy/sim/behaviour.h"

namespace llmgw::sim {
namespace scenario_file {

using config::Member;
using config::Node;

/// Reads one file; stops at the first error.
class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  Result<Scenario> read(const Node& root) const {
    Scenario scenario;
    for (const auto& member : *root.as<Node::Table>()) {
      if (member.key == "settings") {
        TRY(scenario.settings, settings(member.node));
      } else if (member.key == "fault") {
        TRY(scenario.faults, list<FaultRule>(member.node, &Reader::fault));
      } else if (member.key == "turn") {
        TRY(scenario.turns, list<Turn>(member.node, &Reader::turn));
      } else {
        return unknown(member, std::array<std::string_view, 3>{"settings", "fault", "turn"});
      }
    }
    return scenario;
  }

 private:
  std::unexpected<Error> wrong(config::Position at, const std::string& message) const {
    return fail(Errc::config, fmt::format("{}: {}", config::place(file_, at), message));
  }
  std::unexpected<Error> unknown(const Member& member, std::span<const std::string_view> names) const {
    const auto near = nearest(member.key, names);
    const auto hint = near.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", near);
    return wrong(member.at, fmt::format("unknown key \"{}\"{}", member.key, hint));
  }
  Result<std::string> text(const Member& member) const {
    if (const auto* value = member.node.as<std::string>()) return *value;
    return wrong(member.node.at, fmt::format("{} must be a text, not {}", member.key, member.node.kind_name()));
  }
  Result<const Node::Table*> table(const Node& node) const {
    if (const auto* value = node.as<Node::Table>()) return value;
    return wrong(node.at, fmt::format("must be a table, not {}", node.kind_name()));
  }

  template <class T>
  Result<std::vector<T>> list(const Node& node, Result<T> (Reader::*read_one)(const Node&) const) const {
    const auto* array = node.as<Node::Array>();
    if (array == nullptr) return wrong(node.at, "must be a list of tables, written with [[ ]]");
    std::vector<T> items;
    for (const auto& element : *array) {
      TRY(auto item, (this->*read_one)(element));
      items.push_back(std::move(item));
    }
    return items;
  }

  Result<std::vector<std::pair<std::string, std::string>>> settings(const Node& node) const {
    TRY(const auto* members, table(node));
    std::vector<std::pair<std::string, std::string>> pairs;
    Behaviour scratch;
    for (const auto& member : *members) {
      auto value = plain_text(member.node);
      if (auto applied = apply_setting(scratch, member.key, value); !applied)
        return wrong(member.at, applied.error().message);
      pairs.emplace_back(member.key, std::move(value));
    }
    return pairs;
  }

  /// Numbers and booleans as they would be written in `X-Sim`.
  static std::string plain_text(const Node& node) {
    if (const auto* text = node.as<std::string>()) return *text;
    if (const auto* whole = node.as<std::int64_t>()) return std::to_string(*whole);
    if (const auto* number = node.as<double>()) return fmt::format("{}", *number);
    if (const auto* flag = node.as<bool>()) return *flag ? "on" : "off";
    return std::string(node.kind_name());
  }

  Result<std::string> script(const Member& member) const {
    TRY(auto text_, text(member));
    Behaviour scratch;
    if (auto applied = apply_script(scratch, text_); !applied) return wrong(member.node.at, applied.error().message);
    return text_;
  }

  Result<FaultRule> fault(const Node& node) const {
    TRY(const auto* members, table(node));
    FaultRule rule;
    for (const auto& member : *members) {
      if (member.key == "script") {
        TRY(rule.script, script(member));
      } else if (member.key == "probability") {
        const auto* whole = member.node.as<std::int64_t>();
        const auto* number = member.node.as<double>();
        rule.probability = whole != nullptr ? static_cast<double>(*whole) : number != nullptr ? *number : -1;
        if (!(rule.probability >= 0 && rule.probability <= 1))
          return wrong(member.node.at, "probability must be a number from 0 to 1");
      } else {
        return unknown(member, std::array<std::string_view, 2>{"script", "probability"});
      }
    }
    return rule;
  }

  Result<Turn> turn(const Node& node) const {
    TRY(const auto* members, table(node));
    Turn turn;
    for (const auto& member : *members) {
      if (member.key == "when") {
        TRY(turn.when, match(member.node));
      } else if (member.key == "think") {
        TRY(turn.think, text(member));
      } else if (member.key == "say") {
        TRY(turn.say, text(member));
      } else if (member.key == "call") {
        TRY(turn.calls, list<ScriptedCall>(member.node, &Reader::call));
      } else if (member.key == "sim") {
        TRY(turn.settings, script(member));
      } else if (member.key == "stop_sequence") {
        TRY(turn.stop_sequence, text(member));
      } else if (member.key == "finish") {
        TRY(turn.finish, finish(member));
      } else {
        return unknown(
            member, std::array<std::string_view, 7>{"when", "think", "say", "call", "sim", "stop_sequence", "finish"});
      }
    }
    return turn;
  }

  Result<TurnMatch> match(const Node& node) const {
    TRY(const auto* members, table(node));
    TurnMatch match;
    struct Row {
      std::string_view name;
      std::optional<std::string>* field;
    };
    const std::array rows{Row{"user", &match.user},     Row{"tool_result", &match.tool_result},
                          Row{"system", &match.system}, Row{"tool", &match.tool},
                          Row{"model", &match.model},   Row{"api", &match.api}};
    for (const auto& member : *members) {
      const auto row = std::ranges::find(rows, member.key, &Row::name);
      if (row != rows.end()) {
        TRY(*row->field, text(member));
      } else if (member.key == "turn" && member.node.as<std::int64_t>() != nullptr) {
        match.turn = *member.node.as<std::int64_t>();
      } else {
        return unknown(
            member, std::array<std::string_view, 7>{"user", "tool_result", "system", "tool", "model", "api", "turn"});
      }
    }
    return match;
  }

  Result<ScriptedCall> call(const Node& node) const {
    TRY(const auto* members, table(node));
    ScriptedCall call;
    for (const auto& member : *members) {
      if (member.key == "name") {
        TRY(call.name, text(member));
      } else if (member.key == "args") {
        call.args.clear();
        if (const auto* raw = member.node.as<std::string>()) {
          call.args = *raw;
        } else {
          json::Writer writer(call.args);
          write_json(writer, member.node);
        }
      } else {
        return unknown(member, std::array<std::string_view, 2>{"name", "args"});
      }
    }
    if (call.name.empty()) return wrong(node.at, "a call needs a name");
    if (call.args.empty()) call.args = "{}";
    return call;
  }

  Result<ir::FinishReason> finish(const Member& member) const {
    TRY(const auto word, text(member));
    for (const auto reason : {ir::FinishReason::stop, ir::FinishReason::length, ir::FinishReason::tool_calls,
                              ir::FinishReason::content_filter})
      if (ir::finish_name(reason) == word) return reason;
    return wrong(member.node.at, "finish must be one of stop, length, tool_calls, content_filter");
  }

  static void write_json(json::Writer& writer, const Node& node) {
    if (const auto* members = node.as<Node::Table>()) {
      writer.begin_object();
      for (const auto& member : *members) {
        writer.any_key(member.key);
        write_json(writer, member.node);
      }
      return writer.end_object();
    }
    if (const auto* elements = node.as<Node::Array>()) {
      writer.begin_array();
      for (const auto& element : *elements) write_json(writer, element);
      return writer.end_array();
    }
    if (const auto* text = node.as<std::string>()) return writer.string(*text);
    if (const auto* whole = node.as<std::int64_t>()) return writer.integer(*whole);
    if (const auto* number = node.as<double>()) return writer.number(*number);
    if (const auto* flag = node.as<bool>()) return writer.boolean(*flag);
    writer.null();  // a date has no JSON form
  }

  const std::string& file_;
};

}  // namespace scenario_file

Result<Scenario> parse_scenario(std::string_view text, const std::string& file) {
  TRY(const auto root, config::parse_document(text, file));
  return scenario_file::Reader(file).read(root);
}

}  // namespace llmgw::sim
