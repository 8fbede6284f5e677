#include "cli/commands/gpu/cells.h"

#include <fmt/format.h>

#include "cli/term/visible_text.h"

namespace llmgw::cli::gpu_command {

std::string number(const gpu::Figure& figure, std::string_view unit, double scale) {
  return figure ? fmt::format("{:.0f}{}", *figure / scale, unit) : "-";
}

std::string pair(const gpu::Figure& a, const gpu::Figure& b, double scale) {
  return !a && !b ? "-" : number(a, "", scale) + "/" + number(b, "", scale);
}

std::string text(const gpu::Text& fact) { return on_one_line(fact.value_or("-")); }

std::string name(const gpu::Gpu& gpu) {
  if (gpu.presence == gpu::Presence::lost) return "LOST";
  if (gpu.presence == gpu::Presence::reset_required) return "NEEDS RESET";
  constexpr std::string_view maker = "NVIDIA ";
  auto shown = text(gpu[gpu::Label::name]);
  if (shown.starts_with(maker)) shown.erase(0, maker.size());
  if (gpu[gpu::Label::mem_kind].value_or("") == "unified") shown += " unified";
  return shown;
}

}  // namespace llmgw::cli::gpu_command
