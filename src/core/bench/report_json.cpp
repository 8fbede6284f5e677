#include <fmt/format.h>

#include <array>

#include "core/bench/report.h"
#include "core/json/writer.h"

namespace llmgw::bench {
namespace json_reporting {

using json::Writer;

struct Percentile {
  std::string_view name;
  double q;
};
constexpr std::array percentiles{Percentile{"p50", 0.5}, Percentile{"p90", 0.9}, Percentile{"p95", 0.95},
                                 Percentile{"p99", 0.99}, Percentile{"p99.9", 0.999}};

void number(Writer& out, std::string_view name, std::optional<double> value) {
  out.key(name);
  if (value) {
    out.raw(fmt::format("{:.6g}", *value));
  } else {
    out.null();
  }
}

void write_load(Writer& out, const Report& report) {
  const auto& load = report.setup.load;
  const bool closed = load.kind == Load::Kind::closed;
  out.key("load");
  out.begin_object();
  out.member("kind", closed ? "closed" : "constant");
  if (closed) {
    out.member("concurrency", load.concurrency);
  } else {
    number(out, "offered_req_s", load.rate);
    number(out, "achieved", report.stats.scalar("achieved_rate")->value);
    out.member("max_inflight", load.max_inflight);
  }
  constexpr double ns_per_s = 1e9;
  const auto duration =
      load.duration ? std::optional(static_cast<double>(load.duration->count()) / ns_per_s) : std::nullopt;
  number(out, "duration_s", duration);
  out.key("requests");
  load.requests ? out.integer(*load.requests) : out.null();
  number(out, "mean_in_flight", report.stats.mean_in_flight);
  out.member("most_in_flight", report.stats.most_in_flight);
  out.end_object();
}

void write_config(Writer& out, const Setup& setup) {
  out.key("config");
  out.begin_object();
  out.member("target", setup.target);
  out.member("model", setup.model);
  out.member("api", setup.api);
  out.member("stream", setup.stream);
  out.member("warmup", setup.warmup);
  out.member("prompt_tokens", setup.prompt_tokens);
  out.member("max_tokens", setup.max_tokens);
  out.member("seed", fmt::format("{}", setup.seed));
  out.end_object();
}

void write_counts(Writer& out, const Counts& counts) {
  out.key("counts");
  out.begin_object();
  out.member("attempted", counts.attempted);
  out.member("ok", counts.ok);
  out.member("failed", counts.failed);
  out.member("cancelled", counts.cancelled);
  out.member("dropped", counts.dropped);
  out.key("errors");
  out.begin_object();
  for (std::size_t row = 1; row < failure_classes; ++row) {
    const auto failure = static_cast<FailureClass>(row);
    if (failure == FailureClass::cancelled_at_end || counts.by_class[row] == 0) continue;
    out.key(name_of(failure));
    out.begin_object();
    out.member("count", counts.by_class[row]);
    out.member("example", counts.example[row]);
    out.end_object();
  }
  out.end_object();
  out.end_object();
}

void write_tokens(Writer& out, const Tokens& tokens) {
  out.key("tokens");
  out.begin_object();
  out.member("source", tokens.source());
  out.member("from_usage", tokens.from_usage);
  out.member("from_events", tokens.from_events);
  out.member("output", tokens.output);
  out.key("input");
  tokens.from_usage > 0 ? out.integer(tokens.input) : out.null();
  out.end_object();
}

void write_time(Writer& out, const Distribution& values) {
  const bool any = values.size() > 0;
  out.key(values.name());
  out.begin_object();
  out.member("unit", "ms");
  out.member("n", static_cast<std::int64_t>(values.size()));
  number(out, "mean", values.mean());
  number(out, "std", values.deviation());
  number(out, "min", any ? std::optional(values.values().front()) : std::nullopt);
  number(out, "max", any ? std::optional(values.values().back()) : std::nullopt);
  for (const auto& percentile : percentiles) number(out, percentile.name, values.at(percentile.q));
  out.end_object();
}

void write_metrics(Writer& out, const Stats& stats) {
  out.key("metrics");
  out.begin_object();
  for (const auto& values : stats.times) write_time(out, values);
  for (const auto& scalar : stats.scalars) number(out, scalar.name, scalar.value);
  out.member("stalls", stats.stalls);
  out.end_object();
}

void write_objectives(Writer& out, const std::vector<Judged>& objectives) {
  out.key("slo");
  out.begin_array();
  for (const auto& judged : objectives) {
    out.begin_object();
    out.member("expr", judged.objective.text);
    number(out, "limit", judged.objective.limit);
    number(out, "value", judged.value);
    number(out, "lo", judged.lower);
    number(out, "hi", judged.upper);
    out.member("n", judged.samples);
    out.member("verdict", name_of(judged.verdict));
    out.key("more_requests");
    judged.more_requests > 0 ? out.integer(judged.more_requests) : out.null();
    out.member("note", judged.note);
    out.end_object();
  }
  out.end_array();
}

void write_self(Writer& out, const SelfCheck& self) {
  out.key("selfcheck");
  out.begin_object();
  out.member("valid", self.invalid.empty());
  out.member("reason", self.invalid);
  out.member("stamps", "user");
  number(out, "send_lag_p50_ms", self.send_lag_p50);
  number(out, "send_lag_p99_ms", self.send_lag_p99);
  number(out, "send_lag_max_ms", self.send_lag_max);
  number(out, "send_lag_limit_ms", self.send_lag_limit);
  number(out, "loop_lag_p99_ms", self.loop_lag_p99);
  number(out, "cpu_percent", self.cpu_percent);
  out.end_object();
}

void write_stage(Writer& out, const Report& report) {
  out.begin_object();
  out.member("name", "run");
  write_load(out, report);
  number(out, "window_s", report.stats.window_s);
  write_counts(out, report.stats.counts);
  write_tokens(out, report.stats.tokens);
  write_metrics(out, report.stats);
  write_objectives(out, report.objectives);
  write_self(out, report.self);
  out.end_object();
}

}  // namespace json_reporting

std::string json_report(const Report& report) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.member("schema", "llmgw.bench/1");
  out.key("tool");
  out.begin_object();
  out.member("name", "llmgw");
  out.member("version", report.setup.version);
  out.end_object();
  out.key("run");
  out.begin_object();
  out.member("started", report.setup.started);
  out.member("interrupted", report.interrupted);
  out.member("conclusion", name_of(report.conclusion));
  out.end_object();
  json_reporting::write_config(out, report.setup);
  out.key("stages");
  out.begin_array();
  json_reporting::write_stage(out, report);
  out.end_array();
  out.end_object();
  return text + "\n";
}

}  // namespace llmgw::bench
