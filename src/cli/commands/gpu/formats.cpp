#include "cli/commands/gpu/formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "cli/term/visible_text.h"
#include "core/base/clock.h"
#include "core/json/writer.h"
#include "core/metrics/exposition_line.h"

namespace llmgw::cli::gpu_command {
namespace gpu_formats {

using gpu::Field;
using gpu::Figure;
using gpu::Gpu;
using gpu::Label;

constexpr double mib = 0x1p20;

/// RFC 4180.
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

/// A number without an exponent, which neither spreadsheets nor plugins take everywhere.
std::string plain(double value) {
  auto text = fmt::format("{:.6f}", value);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

void whole(json::Writer& json, std::string_view name, const Figure& figure, double scale = 1) {
  json.any_key(name);
  if (!figure) return json.null();
  json.integer(static_cast<std::int64_t>(std::floor(*figure / scale)));
}

void gpustat_processes(json::Writer& json, const Gpu& gpu) {
  json.key("processes");
  if (!gpu.procs) return json.null();
  json.begin_array();
  for (const auto& process : *gpu.procs) {
    json.begin_object();
    json.key("username");
    if (process.user) json.string(*process.user);
    if (!process.user) json.null();
    const auto command = process.name.value_or("");
    json.member("command", command.substr(0, command.find(' ')));
    whole(json, "gpu_memory_usage", process.mem_b, mib);
    json.member("pid", process.pid);
    json.end_object();
  }
  json.end_array();
}

void gpustat_gpu(json::Writer& json, const Gpu& gpu) {
  json.begin_object();
  json.member("index", gpu.index);
  json.member("uuid", gpu[Label::uuid].value_or(""));
  json.member("name", gpu[Label::name].value_or(""));
  whole(json, "temperature.gpu", gpu[Field::temp_gpu]);
  whole(json, "fan.speed", gpu[Field::fan]);
  whole(json, "utilization.gpu", gpu[Field::util_gpu]);
  whole(json, "power.draw", gpu[Field::power]);
  whole(json, "enforced.power.limit", gpu[Field::power_limit]);
  whole(json, "memory.used", gpu[Field::mem_used], mib);
  whole(json, "memory.total", gpu[Field::mem_total], mib);
  gpustat_processes(json, gpu);
  json.end_object();
}

/// What a page is made of.
struct Page {
  const std::vector<gpu::Snapshot>& hosts;
  bool sources;  ///< series name their source
};

std::string labels_of(const Page& page, const gpu::Snapshot& snapshot, const Gpu& gpu) {
  const auto source =
      page.sources ? fmt::format(",source=\"{}\"", metrics::escape_label(snapshot.source)) : std::string{};
  return fmt::format("host=\"{}\"{},gpu=\"{}\",uuid=\"{}\",name=\"{}\"", metrics::escape_label(snapshot.host), source,
                     gpu.index, metrics::escape_label(gpu[Label::uuid].value_or("")),
                     metrics::escape_label(gpu[Label::name].value_or("")));
}

/// True when one host is there twice: two sources tell of it.
bool told_twice(const std::vector<gpu::Snapshot>& hosts) {
  std::set<std::string_view> names;
  return !std::ranges::all_of(hosts, [&](const gpu::Snapshot& each) { return names.insert(each.host).second; });
}

/// A family with its samples; one without samples is not declared. Prometheus refuses a page that has a series twice.
class Family {
 public:
  explicit Family(const gpu::FieldRow& row) : row_(row) {}
  /// A family that is no figure of a GPU.
  Family(std::string_view name, std::string_view says)
      : row_{.field = {}, .path = {}, .unit = {}, .metric = name, .counter = false, .says = says} {}

  void add(std::string labels, double value) {
    const auto line = fmt::format("llmgw_gpu_{}{{{}}} {}\n", row_.metric, labels, value);
    if (seen_.insert(std::move(labels)).second) samples_ += line;
  }
  void write(std::string& out) const {
    if (samples_.empty()) return;
    out += fmt::format("# HELP llmgw_gpu_{} {}\n# TYPE llmgw_gpu_{} {}\n{}", row_.metric, row_.says, row_.metric,
                       row_.counter ? "counter" : "gauge", samples_);
  }

 private:
  gpu::FieldRow row_;
  std::set<std::string> seen_;
  std::string samples_;
};

void write_field(std::string& out, const gpu::FieldRow& row, const Page& page) {
  Family family(row);
  for (const auto& snapshot : page.hosts) {
    for (const auto& each : snapshot.gpus) {
      const auto& figure = each[row.field];
      if (figure) family.add(labels_of(page, snapshot, each), gpu::in_base_unit(*figure, row.unit));
    }
  }
  family.write(out);
}

void write_presence(std::string& out, const Page& page) {
  Family family("up", "1 when the GPU answers");
  for (const auto& snapshot : page.hosts) {
    for (const auto& each : snapshot.gpus) {
      family.add(labels_of(page, snapshot, each), each.presence == gpu::Presence::ok ? 1 : 0);
    }
  }
  family.write(out);
}

void write_throttle(std::string& out, const Page& page) {
  Family family("clock_event", "1 for each reason that holds the clocks down now");
  for (const auto& snapshot : page.hosts) {
    for (const auto& each : snapshot.gpus) {
      if (!each.throttle) continue;
      for (const auto& reason : *each.throttle) {
        family.add(fmt::format("{},reason=\"{}\"", labels_of(page, snapshot, each), metrics::escape_label(reason)), 1);
      }
    }
  }
  family.write(out);
}

void write_processes(std::string& out, const Page& page) {
  Family family("process_memory_bytes", "memory of a process on a GPU");
  for (const auto& snapshot : page.hosts) {
    for (const auto& each : snapshot.gpus) {
      if (!each.procs) continue;
      for (const auto& process : *each.procs) {
        if (!process.mem_b) continue;
        // A process may run on several parts of one GPU.
        const auto part = process.mig ? fmt::format(",mig=\"{}\"", metrics::escape_label(*process.mig)) : std::string{};
        family.add(fmt::format("{},pid=\"{}\",type=\"{}\",user=\"{}\",container=\"{}\"{}",
                               labels_of(page, snapshot, each), process.pid, metrics::escape_label(process.type),
                               metrics::escape_label(process.user.value_or("")),
                               metrics::escape_label(process.container.value_or("")), part),
                   *process.mem_b);
      }
    }
  }
  family.write(out);
}

void write_states(std::string& out, const Page& page, const std::vector<std::vector<gpu::Verdict>>& verdicts) {
  Family family("check_state", "verdict of a check: 0 ok, 1 warn, 2 crit, 3 unknown; none where it was skipped");
  const auto number = [](gpu::State state) {
    return state == gpu::State::ok ? 0 : state == gpu::State::warn ? 1 : state == gpu::State::crit ? 2 : 3;
  };
  for (std::size_t at = 0; at < verdicts.size(); ++at) {
    for (std::size_t i = 0; i < verdicts[at].size(); ++i) {
      const auto labels = labels_of(page, page.hosts[at], page.hosts[at].gpus[i]);
      for (const auto& finding : verdicts[at][i].findings) {
        if (finding.state == gpu::State::skipped || finding.check == "bound") continue;
        family.add(fmt::format("{},check=\"{}\"", labels, finding.check), number(finding.state));
      }
    }
  }
  family.write(out);
}

/// A label of performance data may hold neither quotes nor equals signs.
std::string perf_name(const gpu::Snapshot& snapshot, const Gpu& gpu, bool several, std::string_view what) {
  auto name =
      several ? fmt::format("{}_gpu{}_{}", snapshot.host, gpu.index, what) : fmt::format("gpu{}_{}", gpu.index, what);
  name = on_one_line(name);
  std::ranges::replace_if(
      name, [](char c) { return c == '\'' || c == '=' || c == '|'; }, '_');
  return name;
}

/// The bound of a figure as performance data have it: `85` complains above, `10:` below; empty where there is none.
std::string range_of(const std::vector<gpu::Threshold>& bounds, gpu::Field field) {
  for (const auto& bound : bounds) {
    if (bound.field != field || bound.share_of) continue;
    const bool above =
        bound.comparison == gpu::Comparison::greater || bound.comparison == gpu::Comparison::greater_equal;
    return plain(bound.limit) + (above ? "" : ":");
  }
  return {};
}

std::string performance(const std::vector<gpu::Snapshot>& hosts, const gpu::Bounds& bounds) {
  std::string out;
  const bool several = hosts.size() > 1;
  for (const auto& snapshot : hosts) {
    for (const auto& each : snapshot.gpus) {
      const auto add = [&](std::string_view what, Field field, std::string_view unit, const Figure& most) {
        if (!each[field]) return;
        out += fmt::format(" '{}'={}{};{};{};0;{}", perf_name(snapshot, each, several, what), plain(*each[field]), unit,
                           range_of(bounds.warn, field), range_of(bounds.crit, field), most ? plain(*most) : "");
      };
      constexpr double hundred = 100;
      add("util", Field::util_gpu, "%", hundred);
      add("mem", Field::mem_used, "B", each[Field::mem_total]);
      add("temp", Field::temp_gpu, "", each[Field::temp_shutdown]);
      add("power", Field::power, "", each[Field::power_limit]);
    }
  }
  return out;
}

}  // namespace gpu_formats

std::string csv(const std::vector<gpu::Snapshot>& hosts) {
  std::string out = "host,source,ts,index,presence";
  for (const auto& row : gpu::labels()) out += fmt::format(",{}", row.path);
  for (const auto& row : gpu::fields()) out += fmt::format(",{}", row.path);
  out += ",throttle,processes\n";
  for (const auto& snapshot : hosts) {
    for (const auto& each : snapshot.gpus) {
      out += fmt::format("{},{},{},{},{}", gpu_formats::csv_cell(snapshot.host), gpu_formats::csv_cell(snapshot.source),
                         rfc3339(static_cast<std::int64_t>(snapshot.taken_s)), each.index,
                         each.presence == gpu::Presence::ok ? "ok" : gpu_formats::csv_cell(each.trouble));
      for (const auto& row : gpu::labels()) out += "," + gpu_formats::csv_cell(each[row.label].value_or(""));
      for (const auto& row : gpu::fields()) {
        out += "," + (each[row.field] ? gpu_formats::plain(*each[row.field]) : std::string{});
      }
      out += fmt::format(",{},{}\n", each.throttle ? fmt::format("{}", fmt::join(*each.throttle, " ")) : "",
                         each.procs ? std::to_string(each.procs->size()) : "");
    }
  }
  return out;
}

std::string gpustat(const std::vector<gpu::Snapshot>& hosts) {
  std::string out;
  for (const auto& snapshot : hosts) {
    json::Writer json(out);
    json.begin_object();
    json.member("hostname", snapshot.host);
    json.member("driver_version", snapshot.driver.value_or(""));
    json.member("query_time", rfc3339(static_cast<std::int64_t>(snapshot.taken_s)));
    json.key("gpus");
    json.begin_array();
    for (const auto& each : snapshot.gpus) gpu_formats::gpustat_gpu(json, each);
    json.end_array();
    json.end_object();
    out += "\n";
  }
  return out;
}

std::string prometheus(const std::vector<gpu::Snapshot>& hosts, bool sources,
                       const std::vector<std::vector<gpu::Verdict>>& verdicts) {
  using namespace gpu_formats;
  const Page page{.hosts = hosts, .sources = sources || told_twice(hosts)};
  std::string out;
  write_presence(out, page);
  for (const auto& row : gpu::fields()) write_field(out, row, page);
  write_throttle(out, page);
  write_processes(out, page);
  if (!verdicts.empty()) write_states(out, page, verdicts);
  return out;
}

gpu::State overall(const std::vector<std::vector<gpu::Verdict>>& verdicts, bool failures) {
  auto state = failures ? gpu::State::crit : gpu::State::skipped;
  for (const auto& each : verdicts) state = std::max(state, gpu::worst(each));
  return state;
}

std::string nagios(const std::vector<gpu::Snapshot>& hosts, const std::vector<std::vector<gpu::Verdict>>& verdicts,
                   const std::vector<Error>& failures, const gpu::Bounds& bounds) {
  std::string troubles;
  std::size_t gpus = 0;
  for (std::size_t at = 0; at < hosts.size(); ++at) {
    gpus += hosts[at].gpus.size();
    for (std::size_t i = 0; i < verdicts[at].size(); ++i) {
      for (const auto& finding : verdicts[at][i].findings) {
        if (finding.state == gpu::State::ok || finding.state == gpu::State::skipped) continue;
        troubles += fmt::format("{}{} GPU {} {}", troubles.empty() ? "" : "; ", hosts[at].host, hosts[at].gpus[i].index,
                                finding.says);
      }
    }
  }
  for (const auto& failure : failures) troubles += (troubles.empty() ? "" : "; ") + failure.message;
  troubles = on_one_line(troubles);
  std::ranges::replace(troubles, '|', '/');
  const auto state = overall(verdicts, !failures.empty());
  const auto* word = state == gpu::State::crit   ? "CRITICAL"
                     : state == gpu::State::warn ? "WARNING"
                     : state == gpu::State::ok   ? "OK"
                                                 : "UNKNOWN";
  return fmt::format("LLMGW {} - {} |{}\n", word,
                     troubles.empty() ? fmt::format("{} GPU{} well", gpus, gpus == 1 ? "" : "s") : troubles,
                     gpu_formats::performance(hosts, bounds));
}

int plugin_exit(gpu::State state, bool crit_only) {
  if (state == gpu::State::crit) return 2;
  if (state == gpu::State::warn) return crit_only ? 0 : 1;
  return state == gpu::State::ok ? 0 : 3;
}

}  // namespace llmgw::cli::gpu_command
