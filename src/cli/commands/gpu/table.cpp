#include "cli/commands/gpu/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/term/columns.h"
#include "cli/term/visible_text.h"
#include "core/gpu/throttle.h"

namespace llmgw::cli::gpu_command {
namespace gpu_table {

using gpu::Field;
using gpu::Figure;
using gpu::Gpu;
using gpu::Label;

using Row = std::vector<std::string>;

/// A table whose column `elastic` gives way when lines are too long for the terminal, and is written to the left.
struct Table {
  std::vector<Row> rows;  ///< the first one is the heading
  std::size_t elastic = 1;
};

std::size_t width_of(const Table& table, std::size_t column) {
  std::size_t most = 0;
  for (const auto& row : table.rows) most = std::max(most, row[column].size());
  return most;
}

std::string cut(std::string text, std::size_t width) {
  if (text.size() <= width) return text;
  text.resize(width - 1);
  return text + "~";
}

std::string print(const Table& table, const Terminal& terminal) {
  constexpr std::size_t least = 4;
  std::vector<std::size_t> widths;
  std::size_t line = table.rows.front().size() - 1;
  for (std::size_t i = 0; i < table.rows.front().size(); ++i) {
    widths.push_back(width_of(table, i));
    line += widths.back();
  }
  auto& elastic = widths[table.elastic];
  const auto columns = static_cast<std::size_t>(std::max(terminal.columns, 0));
  if (line > columns) elastic = std::max(least, elastic - std::min(elastic, line - columns));
  std::string out;
  for (const auto& row : table.rows) {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += " ";
      text += i == table.elastic ? fmt::format("{:<{}}", cut(row[i], widths[i]), widths[i])
                                 : fmt::format("{:>{}}", row[i], widths[i]);
    }
    while (text.ends_with(' ')) text.pop_back();
    out += (&row == &table.rows.front() ? styled(terminal, Style::bold, text) : text) + "\n";
  }
  return out;
}

std::string cell(const Figure& figure, std::string_view unit = "") {
  return figure ? fmt::format("{:.0f}{}", *figure, unit) : "-";
}

/// `a/b`, or `a` where b is not known.
std::string pair(const Figure& a, const Figure& b, double scale = 1) {
  const auto one = [scale](const Figure& figure) { return figure ? fmt::format("{:.0f}", *figure / scale) : "-"; };
  return !a && !b ? "-" : one(a) + "/" + one(b);
}

std::string memory(const Gpu& gpu) {
  constexpr double mib = 0x1p20;
  return pair(gpu[Field::mem_used], gpu[Field::mem_total], mib);
}

std::string name(const Gpu& gpu) {
  if (gpu.presence == gpu::Presence::lost) return "LOST";
  if (gpu.presence == gpu::Presence::reset_required) return "NEEDS RESET";
  auto text = on_one_line(gpu[Label::name].value_or("-"));
  if (text.starts_with("NVIDIA ")) text.erase(0, std::string_view("NVIDIA ").size());
  if (gpu[Label::mem_kind].value_or("") == "unified") text += " unified";
  return text;
}

std::string text(const gpu::Text& fact) { return on_one_line(fact.value_or("-")); }

std::string links(const Gpu& gpu) {
  if (!gpu[Field::nvlink_links] || *gpu[Field::nvlink_links] == 0) return "-";
  return pair(gpu[Field::nvlink_up], gpu[Field::nvlink_links]);
}

Row status_row(const Gpu& gpu, bool wide) {
  Row row{std::to_string(gpu.index),
          name(gpu),
          cell(gpu[Field::util_gpu], "%"),
          memory(gpu),
          cell(gpu[Field::temp_gpu], "C"),
          pair(gpu[Field::power], gpu[Field::power_limit]),
          cell(gpu[Field::clock_sm]),
          gpu.throttle ? gpu::brief_reasons(*gpu.throttle) : "-",
          cell(gpu[Field::ecc_uncorrected]),
          links(gpu),
          gpu.procs ? std::to_string(gpu.procs->size()) : "-"};
  if (!wide) return row;
  row.push_back(cell(gpu[Field::util_mem], "%"));
  row.push_back(cell(gpu[Field::temp_mem], "C"));
  row.push_back(cell(gpu[Field::clock_mem]));
  row.push_back(cell(gpu[Field::fan], "%"));
  row.push_back(gpu[Field::pcie_gen]
                    ? fmt::format("{:.0f}x{:.0f}", *gpu[Field::pcie_gen], gpu[Field::pcie_width].value_or(0))
                    : "-");
  row.push_back(text(gpu[Label::pstate]));
  row.push_back(text(gpu[Label::bus_id]));
  row.push_back(text(gpu[Label::uuid]));
  return row;
}

std::string age(double seconds) {
  constexpr double minute = 60;
  constexpr double hour = 3600;
  constexpr double day = 24 * hour;
  if (seconds < minute) return fmt::format("{:.0f} s", std::floor(seconds));
  if (seconds < hour) return fmt::format("{:.0f} min", std::floor(seconds / minute));
  if (seconds >= day)
    return fmt::format("{:.0f} d {:.0f} h", std::floor(seconds / day), std::floor(std::fmod(seconds, day) / hour));
  return fmt::format("{:.0f} h {:.0f} min", std::floor(seconds / hour), std::floor(std::fmod(seconds, hour) / minute));
}

std::string host_lines(const gpu::Snapshot& snapshot, const Terminal& terminal) {
  auto out = host_line(snapshot) + "\n";
  for (const auto& note : snapshot.notes) out += styled(terminal, Style::yellow, "note: " + on_one_line(note)) + "\n";
  return out;
}

Style style_of(gpu::State state) {
  switch (state) {
    case gpu::State::ok: return Style::green;
    case gpu::State::crit: return Style::red;
    case gpu::State::warn:
    case gpu::State::unknown: return Style::yellow;
    case gpu::State::skipped: return Style::dim;
  }
  return Style::dim;
}

std::string state_word(gpu::State state, const Terminal& terminal) {
  return styled(terminal, style_of(state), fmt::format("{:<7}", gpu::name_of(state)));
}

/// What a GPU serves: a line for each server, however many processes it has there.
std::string serving_lines(const Gpu& gpu, const Terminal& terminal) {
  std::string out;
  if (!gpu.procs) return out;
  std::vector<std::string> told;
  for (const auto& process : *gpu.procs) {
    if (!process.server || std::ranges::find(told, *process.server) != told.end()) continue;
    told.push_back(*process.server);
    auto line = fmt::format("   serves {} ({}):", text(process.model), on_one_line(*process.server));
    line += process.kv ? fmt::format(" KV cache {:.0f} %,", *process.kv) : std::string(" KV cache -,");
    line += process.running ? fmt::format(" {:.0f} running", *process.running) : std::string(" - running");
    out += clipped(line, static_cast<std::size_t>(std::max(terminal.columns, 0))) + "\n";
  }
  return out;
}

/// Puts the lines of `below` under the lines of the GPUs in a printed table.
std::string interleaved(std::string_view table, const gpu::Snapshot& snapshot, const Terminal& terminal) {
  std::string out;
  for (std::size_t i = 0; !table.empty(); ++i) {
    const auto end = table.find('\n') + 1;
    out += table.substr(0, end);
    table.remove_prefix(end);
    if (i > 0 && i <= snapshot.gpus.size()) out += serving_lines(snapshot.gpus[i - 1], terminal);
  }
  return out;
}

}  // namespace gpu_table

std::string host_line(const gpu::Snapshot& snapshot) {
  std::string line = on_one_line(snapshot.host) + "  " + snapshot.source;
  if (snapshot.driver) line += "  driver " + on_one_line(*snapshot.driver);
  if (snapshot.cuda) line += "  CUDA " + on_one_line(*snapshot.cuda);
  if (snapshot.kernel) line += "  kernel " + on_one_line(*snapshot.kernel);
  if (snapshot.uptime_s) line += "  up " + gpu_table::age(*snapshot.uptime_s);
  return line;
}

std::string status_table(const gpu::Snapshot& snapshot, bool wide, const Terminal& terminal) {
  using namespace gpu_table;
  Table table;
  Row head{"ID", "NAME", "UTIL", "MEM MiB", "TEMP", "PWR W", "CLK", "THR", "ECC", "LINK", "PROCS"};
  if (wide) {
    for (const auto* more : {"MEMUT", "MEMT", "MCLK", "FAN", "PCIE", "PST", "BUS", "UUID"}) head.emplace_back(more);
  }
  table.rows.push_back(std::move(head));
  for (const auto& each : snapshot.gpus) table.rows.push_back(status_row(each, wide));
  return host_lines(snapshot, terminal) + interleaved(print(table, terminal), snapshot, terminal);
}

std::string list_table(const gpu::Snapshot& snapshot, const Terminal& terminal) {
  using namespace gpu_table;
  constexpr double gib = 0x1p30;
  Table table;
  table.rows.push_back({"ID", "NAME", "GiB", "BUS", "UUID"});
  for (const auto& each : snapshot.gpus) {
    const auto& total = each[Field::mem_total];
    table.rows.push_back({std::to_string(each.index), name(each), total ? fmt::format("{:.0f}", *total / gib) : "-",
                          text(each[Label::bus_id]), text(each[Label::uuid])});
    if (!each.mig) continue;
    for (const auto& part : *each.mig) {
      table.rows.push_back({"", "  " + text(part.name),
                            part.mem_total_b ? fmt::format("{:.0f}", *part.mem_total_b / gib) : "-", "",
                            text(part.uuid)});
    }
  }
  return host_lines(snapshot, terminal) + print(table, terminal);
}

std::string process_table(const gpu::Snapshot& snapshot, const Terminal& terminal) {
  using namespace gpu_table;
  constexpr double mib = 0x1p20;
  const bool serves = std::ranges::any_of(snapshot.gpus, [](const Gpu& each) {
    return each.procs &&
           std::ranges::any_of(*each.procs, [](const gpu::Process& process) { return bool(process.server); });
  });
  Table table{.rows = {{"GPU", "PID", "USER", "TYPE", "MEM MiB", "SM", "CONTAINER", "COMMAND"}}, .elastic = 7};
  if (serves) table.rows.front().insert(table.rows.front().end() - 1, {"MODEL", "KV", "RUN"});
  if (serves) table.elastic += 3;
  std::string unknown;
  for (const auto& each : snapshot.gpus) {
    if (!each.procs) {
      unknown += fmt::format("GPU {}: processes are not known: {}\n", each.index, on_one_line(each.procs.why));
      continue;
    }
    for (const auto& process : *each.procs) {
      table.rows.push_back({std::to_string(each.index), std::to_string(process.pid), text(process.user), process.type,
                            process.mem_b ? fmt::format("{:.0f}", *process.mem_b / mib) : "-", cell(process.sm, "%"),
                            text(process.container)});
      auto& row = table.rows.back();
      if (serves) row.insert(row.end(), {text(process.model), cell(process.kv, "%"), cell(process.running)});
      row.push_back(text(process.name));
    }
  }
  return host_lines(snapshot, terminal) + print(table, terminal) + unknown;
}

std::string health_table(const gpu::Snapshot& snapshot, const std::vector<gpu::Verdict>& verdicts, bool wide,
                         const Terminal& terminal) {
  using namespace gpu_table;
  auto out = host_lines(snapshot, terminal);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const auto& each = snapshot.gpus[i];
    const auto done = std::ranges::count_if(
        verdicts[i].findings, [](const gpu::Finding& finding) { return finding.state != gpu::State::skipped; });
    out += fmt::format("{:>2} {} {}  {} of {} checks could be made\n", each.index,
                       state_word(verdicts[i].state, terminal), name(each), done, verdicts[i].findings.size());
    for (const auto& finding : verdicts[i].findings) {
      const bool well = finding.state == gpu::State::ok || finding.state == gpu::State::skipped;
      if (well && !wide) continue;
      out += fmt::format("     {} {:<13} {}\n", state_word(finding.state, terminal), finding.check,
                         on_one_line(finding.says));
      if (!finding.hint.empty()) out += fmt::format("             try: {}\n", finding.hint);
    }
  }
  return out;
}

}  // namespace llmgw::cli::gpu_command
