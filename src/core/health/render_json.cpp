#include <cmath>

#include "core/base/clock.h"
#include "core/health/report.h"
#include "core/json/writer.h"

namespace llmgw::health {
namespace render_json {

constexpr double ms_per_s = 1000;

/// JSON has no infinity and no NaN.
void write_number(json::Writer& out, std::string_view name, double value) {
  out.key(name);
  if (std::isfinite(value)) {
    out.number(value);
  } else {
    out.null();
  }
}

void write_figures(json::Writer& out, const Finding& finding) {
  if (const auto* main = finding.figure("")) {
    write_number(out, "value", main->value);
    out.member("unit", unit_name(main->unit));
  }
  if (finding.warn) write_number(out, "warn", *finding.warn);
  if (finding.crit) write_number(out, "crit", *finding.crit);
  if (finding.figures.empty() || (finding.figures.size() == 1 && finding.figures.front().field.empty())) return;
  out.key("fields");
  out.begin_object();
  for (const auto& figure : finding.figures) {
    if (!figure.field.empty()) write_number(out, figure.field, figure.value);
  }
  out.end_object();
}

void write_outcome(json::Writer& out, const Outcome& outcome) {
  const auto& finding = outcome.finding;
  out.begin_object();
  out.member("id", outcome.check->id);
  out.member("state", state_name(finding.state));
  out.member("code", finding.code);
  out.member("message", finding.message);
  write_figures(out, finding);
  if (outcome.seconds) write_number(out, "ms", *outcome.seconds * ms_per_s);
  if (!outcome.blocked_by.empty()) out.member("blocked_by", outcome.blocked_by);
  const auto* code = find_code(finding.code);
  if (code != nullptr && !code->hint.empty()) out.member("hint", code->hint);
  out.end_object();
}

void write_spent(json::Writer& out, const Spent& spent) {
  out.key("spent");
  out.begin_object();
  out.member("requests", spent.requests);
  out.member("prompt_tokens", spent.prompt_tokens);
  out.member("completion_tokens", spent.completion_tokens);
  if (spent.usd_at_most) write_number(out, "usd_at_most", *spent.usd_at_most);
  out.end_object();
}

void write_target(json::Writer& out, const TargetReport& target) {
  out.member("name", target.name);
  out.member("url", target.url);
  if (target.kind.empty()) {
    out.member_null("kind");
  } else {
    out.member("kind", target.kind);
  }
  out.member("state", state_name(target.state()));
  write_number(out, "ms", target.seconds * ms_per_s);
  out.member("requests", target.requests);
  write_spent(out, target.spent);
  out.key("retried");
  out.begin_array();
  for (const auto& error : target.retried) out.string(error.message);
  out.end_array();
  if (target.unchanged > 0) out.member("unchanged", static_cast<std::int64_t>(target.unchanged));
  out.key("checks");
  out.begin_array();
  for (const auto& outcome : target.outcomes) write_outcome(out, outcome);
  out.end_array();
}

constexpr std::string_view schema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "llmgw.health/1",
  "type": "object",
  "required": ["schema", "ts", "state", "exit", "targets"],
  "properties": {
    "schema": {"const": "llmgw.health/1"},
    "ts": {"type": "string", "format": "date-time"},
    "state": {"$ref": "#/$defs/state"},
    "exit": {"type": "integer", "description": "exit code of the run"},
    "targets": {"type": "array", "items": {"$ref": "#/$defs/target"}}
  },
  "$defs": {
    "state": {"enum": ["ok", "idle", "warn", "crit", "unknown", "skipped"]},
    "target": {
      "type": "object",
      "required": ["name", "url", "kind", "state", "ms", "requests", "spent", "retried", "checks"],
      "properties": {
        "name": {"type": "string"},
        "url": {"type": "string"},
        "kind": {"type": ["string", "null"]},
        "state": {"$ref": "#/$defs/state"},
        "ms": {"type": "number"},
        "requests": {"type": "integer"},
        "spent": {"$ref": "#/$defs/spent"},
        "retried": {"type": "array", "items": {"type": "string"}},
        "unchanged": {"type": "integer", "description": "checks left out by --since-last"},
        "checks": {"type": "array", "items": {"$ref": "#/$defs/check"}}
      }
    },
    "spent": {
      "type": "object",
      "description": "what models were asked; where it costs money, the most that it can have cost",
      "required": ["requests", "prompt_tokens", "completion_tokens"],
      "properties": {
        "requests": {"type": "integer"},
        "prompt_tokens": {"type": "integer"},
        "completion_tokens": {"type": "integer"},
        "usd_at_most": {"type": "number"}
      }
    },
    "check": {
      "type": "object",
      "required": ["id", "state", "code", "message"],
      "properties": {
        "id": {"type": "string"},
        "state": {"$ref": "#/$defs/state"},
        "code": {"type": "string"},
        "message": {"type": "string"},
        "value": {"type": ["number", "null"]},
        "unit": {"enum": ["", "s", "ratio", "count", "per_s", "tokens", "usd", "days"]},
        "warn": {"type": ["number", "null"]},
        "crit": {"type": ["number", "null"]},
        "fields": {"type": "object", "additionalProperties": {"type": ["number", "null"]}},
        "ms": {"type": "number", "description": "how long the check's own questions took; absent where it has none"},
        "blocked_by": {"type": "string"},
        "hint": {"type": "string"}
      }
    }
  }
}
)";

}  // namespace render_json

std::string json_schema() { return std::string(render_json::schema); }

namespace rendering {

std::string json(const Report& report) {
  std::string text;
  llmgw::json::Writer out(text);
  out.begin_object();
  out.member("schema", "llmgw.health/1");
  out.member("ts", rfc3339(report.unix_s));
  out.member("state", state_name(report.state()));
  out.member("exit", exit_code(report.state(), report.rules));
  out.key("targets");
  out.begin_array();
  for (const auto& target : report.targets) {
    out.begin_object();
    render_json::write_target(out, target);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return text + "\n";
}

std::string jsonl(const Report& report) {
  std::string text;
  for (const auto& target : report.targets) {
    llmgw::json::Writer out(text);
    out.begin_object();
    out.member("schema", "llmgw.health/1");
    out.member("ts", rfc3339(report.unix_s));
    render_json::write_target(out, target);
    out.end_object();
    text += "\n";
  }
  return text;
}

}  // namespace rendering
}  // namespace llmgw::health
