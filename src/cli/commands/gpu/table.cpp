#include "cli/commands/gpu/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/commands/gpu/cells.h"
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

using Rows = std::vector<Row>;

/// Wherever lines can be as long as they like, tables are whole: what reads a pipe looks for every column.
std::size_t room(const Terminal& terminal, bool wide = false) {
  return terminal.tty && !wide ? static_cast<std::size_t>(std::max(terminal.columns, 0)) : uncut;
}

std::string print(const std::vector<Column>& columns, const Rows& rows, const Terminal& terminal, bool wide = false) {
  const auto table = table_of(columns, rows, room(terminal, wide));
  const auto heading = table.find('\n');
  return styled(terminal, Style::bold, table.substr(0, heading)) + table.substr(heading);
}

std::string memory(const Gpu& gpu) { return pair(gpu[Field::mem_used], gpu[Field::mem_total], mib); }

std::string links(const Gpu& gpu) {
  if (!gpu[Field::nvlink_links] || *gpu[Field::nvlink_links] == 0) return "-";
  return pair(gpu[Field::nvlink_up], gpu[Field::nvlink_links]);
}

Row status_row(const Gpu& gpu, bool wide) {
  Row row{std::to_string(gpu.index),
          name(gpu),
          number(gpu[Field::util_gpu], "%"),
          memory(gpu),
          number(gpu[Field::temp_gpu], "C"),
          pair(gpu[Field::power], gpu[Field::power_limit]),
          number(gpu[Field::clock_sm]),
          gpu.throttle ? gpu::brief_reasons(*gpu.throttle) : "-",
          number(gpu[Field::ecc_uncorrected]),
          links(gpu),
          gpu.procs ? std::to_string(gpu.procs->size()) : "-"};
  if (!wide) return row;
  row.push_back(number(gpu[Field::util_mem], "%"));
  row.push_back(number(gpu[Field::temp_mem], "C"));
  row.push_back(number(gpu[Field::clock_mem]));
  row.push_back(number(gpu[Field::fan], "%"));
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
  std::string line = on_one_line(snapshot.host) + "  " + on_one_line(snapshot.source);
  if (snapshot.driver) line += "  driver " + on_one_line(*snapshot.driver);
  if (snapshot.cuda) line += "  CUDA " + on_one_line(*snapshot.cuda);
  if (snapshot.kernel) line += "  kernel " + on_one_line(*snapshot.kernel);
  if (snapshot.uptime_s) line += "  up " + gpu_table::age(*snapshot.uptime_s);
  return line;
}

std::string status_table(const gpu::Snapshot& snapshot, bool wide, const Terminal& terminal) {
  using namespace gpu_table;
  constexpr bool right = true;
  std::vector<Column> columns{{"ID", uncut, 0, right},   {"NAME", 4},
                              {"UTIL", uncut, 0, right}, {"MEM MiB", uncut, 0, right},
                              {"TEMP", uncut, 1, right}, {"PWR W", uncut, 2, right},
                              {"CLK", uncut, 4, right},  {"THR", uncut, 3, right},
                              {"ECC", uncut, 5, right},  {"LINK", uncut, 6, right},
                              {"PROCS", uncut, 7, right}};
  if (wide) {
    for (const auto* more : {"MEMUT", "MEMT", "MCLK", "FAN", "PCIE", "PST", "BUS", "UUID"})
      columns.push_back({more, uncut, 0, right});
  }
  Rows rows;
  for (const auto& each : snapshot.gpus) rows.push_back(status_row(each, wide));
  return host_lines(snapshot, terminal) + interleaved(print(columns, rows, terminal, wide), snapshot, terminal);
}

std::string list_table(const gpu::Snapshot& snapshot, const Terminal& terminal) {
  using namespace gpu_table;
  constexpr double gib = 0x1p30;
  Rows rows;
  for (const auto& each : snapshot.gpus) {
    rows.push_back({std::to_string(each.index), name(each), number(each[Field::mem_total], "", gib),
                    text(each[Label::bus_id]), text(each[Label::uuid])});
    if (!each.mig) continue;
    for (const auto& part : *each.mig)
      rows.push_back({"", "  " + text(part.name), number(part.mem_total_b, "", gib), "", text(part.uuid)});
  }
  const std::vector<Column> columns{
      {"ID", uncut, 0, true}, {"NAME", 4}, {"GiB", uncut, 2, true}, {"BUS", uncut, 1}, {"UUID", uncut}};
  return host_lines(snapshot, terminal) + print(columns, rows, terminal);
}

std::string process_table(const gpu::Snapshot& snapshot, const Terminal& terminal) {
  using namespace gpu_table;
  const bool serves = std::ranges::any_of(snapshot.gpus, [](const Gpu& each) {
    return each.procs &&
           std::ranges::any_of(*each.procs, [](const gpu::Process& process) { return bool(process.server); });
  });
  std::vector<Column> columns{
      {"GPU", uncut, 0, true},     {"PID", uncut, 0, true}, {"USER", 5, 3},      {"TYPE", 4, 5},
      {"MEM MiB", uncut, 0, true}, {"SM", uncut, 4, true},  {"CONTAINER", 8, 6}, {"COMMAND", 7}};
  if (serves) columns.insert(columns.end() - 1, {{"MODEL", 8}, {"KV", uncut, 1, true}, {"RUN", uncut, 2, true}});
  Rows rows;
  std::string unknown;
  for (const auto& each : snapshot.gpus) {
    if (!each.procs) {
      unknown += fmt::format("GPU {}: processes are not known: {}\n", each.index, on_one_line(each.procs.why));
      continue;
    }
    for (const auto& process : *each.procs) {
      rows.push_back({std::to_string(each.index), std::to_string(process.pid), text(process.user),
                      on_one_line(process.type), number(process.mem_b, "", mib), number(process.sm, "%"),
                      text(process.container)});
      auto& row = rows.back();
      if (serves) row.insert(row.end(), {text(process.model), number(process.kv, "%"), number(process.running)});
      row.push_back(text(process.name));
    }
  }
  return host_lines(snapshot, terminal) + print(columns, rows, terminal) + unknown;
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
