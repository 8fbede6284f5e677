#include "cli/commands/gpu/top_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cli/commands/gpu/cells.h"
#include "cli/commands/gpu/table.h"
#include "cli/term/columns.h"
#include "cli/term/visible_text.h"
#include "core/gpu/throttle.h"

namespace llmgw::cli::gpu_command {
namespace gpu_top_screen {

using gpu::Field;
using gpu::Figure;
using gpu::Gpu;
using gpu::Label;

/// One line that can be selected.
struct Row {
  std::string text = {};
  std::string detail = {};
  std::optional<Style> style = {};
};

/// Rows under a heading that stays in sight as long as one of them does.
struct Section {
  std::vector<std::string> heading;
  std::vector<Row> rows;
};

/// A column: where it stands in the line of cells, and how it gives way.
struct Cells {
  std::string title;
  bool right = true;
  int dropped = 0;
  std::size_t least = uncut;
  std::vector<std::string> cells = {};
};

/// `[||||      ]`, of so many characters.
std::string bar(const Figure& share, std::size_t width) {
  const auto inner = width - 2;
  const auto full =
      static_cast<std::size_t>(std::clamp(share.value_or(0), 0.0, 1.0) * static_cast<double>(inner) + 0.5);
  return "[" + std::string(full, '|') + std::string(inner - full, ' ') + "]";
}

Figure ratio(const Figure& part, const Figure& whole) {
  return part && whole && *whole > 0 ? Figure(*part / *whole) : Figure();
}

/// Lines of a table; the first one holds the titles.
std::vector<std::string> lines_of(const std::vector<Cells>& columns, std::size_t width) {
  std::vector<Column> heads;
  std::vector<std::vector<std::string>> rows(columns.front().cells.size());
  for (const auto& column : columns) {
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].push_back(column.cells[i]);
    heads.push_back({column.title, column.least, column.dropped, column.right});
  }
  const auto table = table_of(heads, rows, width);
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < table.size();) {
    const auto end = table.find('\n', start);
    lines.push_back(clipped(table.substr(start, end - start), width));
    start = end + 1;
  }
  return lines;
}

std::optional<Style> style_of(const Gpu& gpu) {
  if (gpu.presence != gpu::Presence::ok || gpu[Field::ecc_uncorrected].value_or(0) > 0) return Style::red;
  if (gpu.throttle && gpu::slowed_down(*gpu.throttle)) return Style::yellow;
  return std::nullopt;
}

std::string detail_of(const Gpu& gpu) {
  if (!gpu.trouble.empty()) return on_one_line(gpu.trouble);
  return fmt::format("GPU {}: {}  {}  PCIe {}x{}  memory {}  processes {}", gpu.index, text(gpu[Label::uuid]),
                     text(gpu[Label::bus_id]), number(gpu[Field::pcie_gen]), number(gpu[Field::pcie_width]),
                     number(gpu[Field::temp_mem], " C"), gpu.procs ? std::to_string(gpu.procs->size()) : "-");
}

Section gpus_of(const gpu::Snapshot& snapshot, std::size_t width) {
  constexpr std::size_t for_bars = 110;  // below, the room is better spent on figures
  constexpr std::size_t widest_bar = 40;
  const bool bars = width >= for_bars;
  const auto bar_width = bars ? std::min(widest_bar, (width - 90) / 2) : 0;
  std::vector<Cells> columns{
      {"ID"},           {"NAME", false, 0, 4}, {"UTIL", true},     {"", false},      {"MEM MiB", true, 0},
      {"", false},      {"TEMP", true, 1},     {"PWR W", true, 2}, {"CLK", true, 4}, {"THR", true, 3},
      {"ECC", true, 5}, {"LINK", true, 6}};
  for (const auto& each : snapshot.gpus) {
    const std::vector<std::string> cells{
        std::to_string(each.index),
        name(each),
        number(each[Field::util_gpu], "%"),
        bars ? bar(ratio(each[Field::util_gpu], 100.0), bar_width) : "",
        pair(each[Field::mem_used], each[Field::mem_total], mib),
        bars ? bar(ratio(each[Field::mem_used], each[Field::mem_total]), bar_width) : "",
        number(each[Field::temp_gpu], "C"),
        pair(each[Field::power], each[Field::power_limit]),
        number(each[Field::clock_sm]),
        each.throttle ? gpu::brief_reasons(*each.throttle) : "-",
        number(each[Field::ecc_uncorrected]),
        pair(each[Field::nvlink_up], each[Field::nvlink_links])};
    for (std::size_t i = 0; i < cells.size(); ++i) columns[i].cells.push_back(cells[i]);
  }
  if (!bars) std::erase_if(columns, [](const Cells& column) { return column.title.empty(); });
  const auto lines = lines_of(columns, width);
  Section section{.heading = {clipped(host_line(snapshot), width), lines.front()}, .rows = {}};
  for (std::size_t i = 0; i < snapshot.gpus.size(); ++i) {
    section.rows.push_back({lines[i + 1], detail_of(snapshot.gpus[i]), style_of(snapshot.gpus[i])});
  }
  return section;
}

/// A process and where it runs.
struct Running {
  const gpu::Snapshot* snapshot;
  const Gpu* gpu;
  const gpu::Process* process;
};

std::vector<Running> processes_of(const TopState& state) {
  std::vector<Running> all;
  for (const auto& snapshot : state.hosts) {
    for (const auto& each : snapshot.gpus) {
      if (!each.procs) continue;
      for (const auto& process : *each.procs) all.push_back({&snapshot, &each, &process});
    }
  }
  const auto most = [](const Figure& figure) { return -figure.value_or(-1); };
  std::ranges::stable_sort(all, {}, [&](const Running& each) {
    if (state.order == Order::memory) return most(each.process->mem_b);
    return state.order == Order::use ? most(each.process->sm) : static_cast<double>(each.process->pid);
  });
  return all;
}

std::string detail_of(const Running& running) {
  const auto& process = *running.process;
  std::string detail = fmt::format("{} ({}, {}", process.pid, text(process.user), on_one_line(process.type));
  if (process.container && *process.container != "none") detail += ", container " + on_one_line(*process.container);
  if (process.mig) detail += ", MIG " + on_one_line(*process.mig);
  return detail + "): " + text(process.name);
}

Section processes_section(const TopState& state, std::size_t width) {
  const auto all = processes_of(state);
  const bool serves = std::ranges::any_of(all, [](const Running& each) { return bool(each.process->server); });
  const bool several = state.hosts.size() > 1;
  std::vector<Cells> columns{
      {"HOST", false, 6, 4},  {"GPU"},         {"PID"},          {"USER", false, 5, 4},   {"MEM MiB"}, {"SM", true, 2},
      {"MODEL", false, 1, 8}, {"KV", true, 3}, {"RUN", true, 4}, {"COMMAND", false, 0, 7}};
  for (const auto& each : all) {
    const auto& process = *each.process;
    const std::vector<std::string> cells{on_one_line(each.snapshot->host),
                                         std::to_string(each.gpu->index),
                                         std::to_string(process.pid),
                                         text(process.user),
                                         number(process.mem_b, "", mib),
                                         number(process.sm, "%"),
                                         text(process.model),
                                         number(process.kv, "%"),
                                         number(process.running),
                                         text(process.name)};
    for (std::size_t i = 0; i < cells.size(); ++i) columns[i].cells.push_back(cells[i]);
  }
  std::erase_if(columns, [&](const Cells& column) {
    return (column.title == "HOST" && !several) ||
           (!serves && (column.title == "MODEL" || column.title == "KV" || column.title == "RUN"));
  });
  const auto lines = lines_of(columns, width);
  Section section{.heading = {lines.front()}, .rows = {}};
  for (std::size_t i = 0; i < all.size(); ++i) section.rows.push_back({lines[i + 1], detail_of(all[i])});
  return section;
}

std::vector<Section> sections_of(const TopState& state, std::size_t width) {
  std::vector<Section> sections;
  for (const auto& snapshot : state.hosts) sections.push_back(gpus_of(snapshot, width));
  sections.push_back(processes_section(state, width));
  return sections;
}

/// One line of the body, before colour.
struct Line {
  std::string text;
  std::size_t section = 0;
  bool heading = false;
  std::optional<Style> style = {};
};

struct Body {
  std::vector<Line> lines;
  std::size_t selected = 0;  ///< the line that is
  std::string detail;
};

Body body_of(const std::vector<Section>& sections, std::size_t selected, bool marked) {
  Body body;
  std::size_t row = 0;
  const std::string unmarked = marked ? " " : "";
  for (std::size_t at = 0; at < sections.size(); ++at) {
    for (const auto& text : sections[at].heading) body.lines.push_back({unmarked + text, at, true, Style::bold});
    for (const auto& each : sections[at].rows) {
      const bool chosen = marked && row++ == selected;
      if (chosen) {
        body.selected = body.lines.size();
        body.detail = each.detail;
      }
      body.lines.push_back({(chosen ? ">" : unmarked) + each.text, at, false,
                            chosen && !each.style ? std::optional(Style::cyan) : each.style});
    }
  }
  return body;
}

/// So many lines around the selected one. The last line of its section's heading stays at the top.
std::vector<Line> window(const Body& body, std::size_t height) {
  const auto& lines = body.lines;
  if (lines.size() <= height) return lines;
  const auto half = height / 2;
  const auto start = std::min(body.selected > half ? body.selected - half : 0, lines.size() - height);
  std::vector<Line> seen(lines.begin() + static_cast<std::ptrdiff_t>(start),
                         lines.begin() + static_cast<std::ptrdiff_t>(start + height));
  if (start > 0 && height > 1 && !seen.front().heading) {
    const auto heading = std::ranges::find_if(lines.rbegin() + static_cast<std::ptrdiff_t>(lines.size() - start),
                                              lines.rend(), &Line::heading);
    if (heading != lines.rend() && start != body.selected) seen.front() = *heading;
  }
  return seen;
}

/// So many lines at most, of which the last tells how many sources are left out.
std::vector<std::string> troubles_of(const std::vector<std::string>& troubles, std::size_t most) {
  std::vector<std::string> lines;
  const auto whole = troubles.size() <= most ? troubles.size() : most - 1;
  for (std::size_t i = 0; i < whole; ++i) lines.push_back("no reading: " + on_one_line(troubles[i]));
  const auto left = troubles.size() - whole;
  if (left > 0)
    lines.push_back(whole > 0 ? fmt::format("and {} more", left) : fmt::format("no reading of {} sources", left));
  return lines;
}

std::string printed(const std::vector<Line>& lines, const Terminal& terminal) {
  std::string out;
  for (const auto& line : lines) out += (line.style ? styled(terminal, *line.style, line.text) : line.text) + "\n";
  return out;
}

}  // namespace gpu_top_screen

std::string_view name_of(Order order) {
  switch (order) {
    case Order::memory: return "memory";
    case Order::use: return "use";
    case Order::pid: return "pid";
  }
  return "";
}

std::size_t rows_of(const TopState& state) {
  std::size_t rows = 0;
  for (const auto& snapshot : state.hosts) {
    rows += snapshot.gpus.size();
    for (const auto& each : snapshot.gpus) rows += each.procs ? each.procs->size() : 0;
  }
  return rows;
}

bool press(const Key& key, std::size_t page, TopState& state) {
  const auto rows = rows_of(state);
  const auto last = rows == 0 ? 0 : rows - 1;
  auto& at = state.selected;
  switch (key.kind) {
    case Key::Kind::up: at -= std::min<std::size_t>(at, 1); break;
    case Key::Kind::down: ++at; break;
    case Key::Kind::page_up: at -= std::min(at, page); break;
    case Key::Kind::page_down: at += page; break;
    case Key::Kind::home: at = 0; break;
    case Key::Kind::end: at = last; break;
    case Key::Kind::letter:
      if (key.letter == 'q' || key.letter == 'Q') return false;
      if (key.letter == 'k') at -= std::min<std::size_t>(at, 1);
      if (key.letter == 'j') ++at;
      if (key.letter == 's') {
        state.order = state.order == Order::memory ? Order::use
                      : state.order == Order::use  ? Order::pid
                                                   : Order::memory;
      }
      break;
  }
  at = std::min(at, last);
  return true;
}

std::string top_screen(const TopState& state, const Terminal& terminal) {
  using namespace gpu_top_screen;
  constexpr std::size_t least_width = 20;
  const auto width = std::max(static_cast<std::size_t>(std::max(terminal.columns, 0)), least_width);
  const auto inner = terminal.tty ? width - 1 : width;  // a mark stands before what is selected
  const auto selected = std::min(state.selected, std::max<std::size_t>(rows_of(state), 1) - 1);
  const auto body = body_of(sections_of(state, inner), selected, terminal.tty);
  constexpr std::size_t for_detail = 12;  // rows of a terminal that has room for it
  const auto rows = static_cast<std::size_t>(std::max(terminal.rows, 4));
  const auto told = troubles_of(state.troubles, terminal.tty ? rows / 4 : state.troubles.size());
  std::string troubles;
  for (const auto& line : told) troubles += styled(terminal, Style::yellow, clipped(line, width)) + "\n";
  if (!terminal.tty) return troubles + printed(body.lines, terminal);
  const bool detail = rows >= for_detail;
  // The last row of a terminal stays free: a line feed there would scroll.
  const auto taken = told.size() + (detail ? 3 : 2);
  const auto height = rows > taken ? rows - taken : 1;
  auto lines = window(body, height);
  lines.resize(height);
  const auto keys = fmt::format("q quit  s sort: {}  up, down select  every {}", name_of(state.order), state.pace);
  return troubles + printed(lines, terminal) + (detail ? clipped(body.detail, width) + "\n" : "") +
         styled(terminal, Style::dim, clipped(keys, width)) + "\n";
}

}  // namespace llmgw::cli::gpu_command
