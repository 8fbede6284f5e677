#include "cli/commands/gpu/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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
  constexpr double hour = 3600;
  constexpr double day = 24 * hour;
  if (seconds >= day)
    return fmt::format("{:.0f} d {:.0f} h", std::floor(seconds / day), std::floor(std::fmod(seconds, day) / hour));
  return fmt::format("{:.0f} h {:.0f} min", std::floor(seconds / hour), std::floor(std::fmod(seconds, hour) / 60));
}

std::string host_line(const gpu::Snapshot& snapshot, const Terminal& terminal) {
  std::string line = on_one_line(snapshot.host) + "  " + snapshot.source;
  if (snapshot.driver) line += "  driver " + on_one_line(*snapshot.driver);
  if (snapshot.cuda) line += "  CUDA " + on_one_line(*snapshot.cuda);
  if (snapshot.kernel) line += "  kernel " + on_one_line(*snapshot.kernel);
  if (snapshot.uptime_s) line += "  up " + age(*snapshot.uptime_s);
  auto out = line + "\n";
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

}  // namespace gpu_table

std::string status_table(const gpu::Snapshot& snapshot, bool wide, const Terminal& terminal) {
  using namespace gpu_table;
  Table table;
  Row head{"ID", "NAME", "UTIL", "MEM MiB", "TEMP", "PWR W", "CLK", "THR", "ECC", "LINK", "PROCS"};
  if (wide) {
    for (const auto* more : {"MEMUT", "MEMT", "MCLK", "FAN", "PCIE", "PST", "BUS", "UUID"}) head.emplace_back(more);
  }
  table.rows.push_back(std::move(head));
  for (const auto& each : snapshot.gpus) table.rows.push_back(status_row(each, wide));
  return host_line(snapshot, terminal) + print(table, terminal);
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
  return host_line(snapshot, terminal) + print(table, terminal);
}

std::string process_table(const gpu::Snapshot& snapshot, const Terminal& terminal) {
  using namespace gpu_table;
  constexpr double mib = 0x1p20;
  Table table{.rows = {{"GPU", "PID", "USER", "TYPE", "MEM MiB", "SM", "CONTAINER", "COMMAND"}}, .elastic = 7};
  std::string unknown;
  for (const auto& each : snapshot.gpus) {
    if (!each.procs) {
      unknown += fmt::format("GPU {}: processes are not known: {}\n", each.index, on_one_line(each.procs.why));
      continue;
    }
    for (const auto& process : *each.procs) {
      table.rows.push_back({std::to_string(each.index), std::to_string(process.pid), text(process.user), process.type,
                            process.mem_b ? fmt::format("{:.0f}", *process.mem_b / mib) : "-", cell(process.sm, "%"),
                            text(process.container), text(process.name)});
    }
  }
  return host_line(snapshot, terminal) + print(table, terminal) + unknown;
}

std::string link_table(const gpu::Snapshot& snapshot, const std::vector<gpu::nvml::Link>& links) {
  const auto gpus = snapshot.gpus.size();
  std::string out = fmt::format("{:<6}", "");
  for (std::size_t i = 0; i < gpus; ++i) out += fmt::format("{:>6}", fmt::format("GPU{}", i));
  for (std::size_t from = 0; from < gpus; ++from) {
    out += fmt::format("\n{:<6}", fmt::format("GPU{}", from));
    for (std::size_t to = 0; to < gpus; ++to) {
      const auto found = std::ranges::find_if(links, [&](const gpu::nvml::Link& link) {
        return link.from == std::min(from, to) && link.to == std::max(from, to);
      });
      out += fmt::format("{:>6}", from == to ? "X" : found == links.end() ? "-" : found->path.value_or("-"));
    }
  }
  return out + "\n";
}

std::string health_table(const gpu::Snapshot& snapshot, const std::vector<gpu::Verdict>& verdicts, bool wide,
                         const Terminal& terminal) {
  using namespace gpu_table;
  auto out = host_line(snapshot, terminal);
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
