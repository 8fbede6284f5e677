#include "core/gpu/smi_topology.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace llmgw::gpu::smi {
namespace smi_topology {

using Cells = std::vector<std::string>;

/// The text without the sequences that underline the heading, whether or not it goes to a terminal.
std::string without_styles(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto escape = std::min(text.find('\x1b'), text.size());
    out += text.substr(0, escape);
    text.remove_prefix(escape);
    if (!text.empty()) text.remove_prefix(std::min(text.find('m'), text.size() - 1) + 1);
  }
  return out;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \r") - first + 1));
}

Cells cells_of(std::string_view line) {
  Cells cells;
  while (true) {
    const auto tab = line.find('\t');
    cells.push_back(trimmed(line.substr(0, tab)));
    if (tab == std::string_view::npos) return cells;
    line.remove_prefix(tab + 1);
  }
}

/// The heading and the lines of the GPUs; what follows is a legend.
std::vector<Cells> square_of(std::string_view text) {
  std::vector<Cells> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto cells = cells_of(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool heading = lines.empty() && cells.size() > 1 && cells[1] == "GPU0";
    if (heading || (!lines.empty() && cells.front().starts_with("GPU"))) lines.push_back(std::move(cells));
  }
  return lines;
}

Text cell_below(const std::vector<Cells>& square, std::size_t line, std::string_view heading) {
  const auto& names = square.front();
  const auto column = static_cast<std::size_t>(std::ranges::find(names, heading) - names.begin());
  if (column >= square[line].size() || square[line][column].empty() || square[line][column] == "N/A") {
    return Text::unknown("nvidia-smi does not tell");
  }
  return square[line][column];
}

}  // namespace smi_topology

std::vector<std::string> topology_query() { return {"topo", "-m"}; }

Result<Topology> read_topology(const Answer& answer) {
  using namespace smi_topology;
  const auto square = square_of(without_styles(answer.out));
  if (answer.exit != 0 || square.size() < 2) {
    return fail(Errc::not_found, "nvidia-smi topo -m shows no square of GPUs");
  }
  Topology topology;
  for (std::size_t line = 1; line < square.size(); ++line) {
    topology.places.push_back(
        {.cpus = cell_below(square, line, "CPU Affinity"), .numa = cell_below(square, line, "NUMA Affinity")});
    for (std::size_t to = line + 1; to < square.size(); ++to) {
      topology.links.push_back({line - 1, to - 1, cell_below(square, line, square[to].front())});
    }
  }
  return topology;
}

}  // namespace llmgw::gpu::smi
