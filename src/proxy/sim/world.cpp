#include "proxy/sim/world.h"

#include <fmt/format.h>

#include "core/base/files.h"

namespace llmgw::sim {

Result<std::unique_ptr<World>> make_world(const SimOptions& options) {
  auto world = std::make_unique<World>();
  world->options = options;
  world->key = Secret(options.key);
  if (options.models.empty()) return fail(Errc::usage, "the simulator needs a model name", "model");
  if (options.threads < 1 || options.threads > 256)
    return fail(Errc::usage, "threads must be from 1 to 256", "threads");
  if (!(options.time_scale >= 0)) return fail(Errc::usage, "the time scale must not be negative", "time-scale");
  if (!options.scenario.empty()) {
    auto text = read_file(options.scenario);
    if (!text) return fail(Errc::config, text.error().message, "scenario");
    TRY(world->scenario, parse_scenario(*text, options.scenario));
    world->faults = world->scenario.faults;
  }
  for (const auto& [name, value] : world->scenario.settings) TRY_VOID(apply_setting(world->usual, name, value));
  for (const auto& [name, value] : options.settings) TRY_VOID(apply_setting(world->usual, name, value));
  for (const auto& rule : options.faults) {
    Behaviour scratch;
    TRY_VOID(apply_script(scratch, rule.script));
    if (!(rule.probability >= 0 && rule.probability <= 1))
      return fail(Errc::usage, fmt::format("the probability of \"{}\" must be from 0 to 1", rule.script), "fault");
    world->faults.push_back(rule);
  }
  if (!options.truth.empty()) {
    TRY(world->truth, TruthFile::create(options.truth));
  }
  return world;
}

}  // namespace llmgw::sim
