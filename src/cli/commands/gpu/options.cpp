#include "cli/commands/gpu/options.h"

namespace llmgw::cli::gpu_command {

Wanted read_wanted(const Arguments& given) {
  Wanted wanted{.sources = given.all(source),
                .ids = given.all(id),
                .only_visible = given.has(only_visible),
                .user = given.text(user),
                .pcie = given.has(pcie),
                .nvlink = given.has(nvlink)};
  for (const auto& name : given.all(host)) wanted.sources.push_back("ssh:" + name);
  if (wanted.sources.empty()) wanted.sources.emplace_back("auto");
  return wanted;
}

Result<gpu::Bounds> read_bounds(const Arguments& given) {
  gpu::Bounds bounds;
  for (const auto& text : given.all(warn)) {
    TRY(auto threshold, gpu::parse_threshold(text));
    bounds.warn.push_back(std::move(threshold));
  }
  for (const auto& text : given.all(crit)) {
    TRY(auto threshold, gpu::parse_threshold(text));
    bounds.crit.push_back(std::move(threshold));
  }
  return bounds;
}

}  // namespace llmgw::cli::gpu_command
