#include "cli/commands/health/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

#include "cli/commands/health/options.h"
#include "core/health/plan.h"

namespace llmgw::cli::health_command {
namespace settings {

using net::milliseconds;

Step<std::vector<std::string_view>> check_list(const std::optional<std::string>& text) {
  std::vector<std::string_view> ids;
  if (!text) return ids;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    TRY(const auto* check, health::require_check(rest.substr(0, comma)));
    ids.push_back(check->id);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return ids;
}

/// What Kubernetes' three probes ask. A model that is still loading is a failed startup, and no failed liveness.
std::vector<std::string_view> probe_checks(const std::string& probe_name) {
  if (probe_name == "liveness") return {"http", "live"};
  if (probe_name == "startup") return {"live", "ready"};
  return {"live", "ready", "models"};
}

Result<std::regex> version_regex(const std::string& text) {
  try {
    return std::regex(text);
  } catch (const std::regex_error&) {
    return fail(Errc::usage, fmt::format("--expect-version: \"{}\" is no regular expression", text));
  }
}

Step<health::Expectations> expectations_of(const Arguments& given) {
  health::Expectations expectations;
  expectations.models = given.all(expect_model);
  expectations.context = given.integer(expect_context);
  expectations.allow_sleep = given.has(allow_sleep);
  expectations.allow_load = given.has(allow_load);
  expectations.cost_limit_usd = given.number(cost_limit);
  if (const auto text = given.text(expect_version)) {
    TRY(expectations.version, version_regex(*text));
  }
  for (const auto& [option, state] : {std::pair{&warn, health::State::warn}, std::pair{&crit, health::State::crit}}) {
    for (const auto& text : given.all(*option)) {
      TRY(auto threshold, health::parse_threshold(text, state));
      expectations.thresholds.push_back(std::move(threshold));
    }
  }
  return expectations;
}

int level_of(const Arguments& given) {
  if (given.has(full)) return 4;
  if (given.has(deep)) return 3;
  return static_cast<int>(given.integer(level).value_or(health::Selection().level));
}

/// A run in which models answer may take longer.
milliseconds total_of(const Arguments& given, const health::Selection& selection) {
  constexpr milliseconds with_answers{600'000};
  const auto plain = health::RunOptions().total;
  return !given.has(probe) && health::asks_models(selection) ? with_answers : plain;
}

/// Options that cannot stand beside another one.
struct Exclusion {
  const OptionSpec* option;
  std::span<const OptionSpec* const> others;
  std::string_view why;
};

constexpr std::array<const OptionSpec*, 4> beside_watch{&probe, &ping, &since_last, &output_file};
constexpr std::array<const OptionSpec*, 3> beside_wait{&until, &total_timeout, &watch};
constexpr std::array<const OptionSpec*, 4> beside_probe{&since_last, &baseline, &each_address, &output_file};
constexpr std::array exclusions{
    Exclusion{&watch, beside_watch, "--watch shows run after run"},
    Exclusion{&wait_for, beside_wait, "--wait is --until and --total-timeout in one"},
    Exclusion{&probe, beside_probe, "--probe prints one line about one target"},
};

Result<> check_exclusions(const Arguments& given) {
  for (const auto& exclusion : exclusions) {
    if (!given.has(*exclusion.option)) continue;
    for (const auto* other : exclusion.others) {
      if (!given.on_command_line(*other)) continue;
      return fail(Errc::usage, fmt::format("--{} and --{} exclude each other: {}", exclusion.option->name, other->name,
                                           exclusion.why));
    }
  }
  return {};
}

}  // namespace settings

Step<health::RunOptions> run_options(const Arguments& given) {
  using namespace settings;
  health::RunOptions wanted;
  TRY(wanted.expectations, expectations_of(given));
  wanted.selection.level = level_of(given);
  TRY(wanted.selection.only, check_list(given.text(only)));
  TRY(wanted.selection.skip, check_list(given.text(skip)));
  wanted.timeout = given.duration(timeout).value_or(wanted.timeout);
  wanted.deep_timeout = given.duration(timeout).value_or(wanted.deep_timeout);
  wanted.total = total_of(given, wanted.selection);
  if (!given.has(watch)) wanted.total = given.duration(total_timeout).value_or(wanted.total);
  wanted.retries = given.integer(retries).value_or(wanted.retries);
  wanted.sample = given.duration(sample).value_or(wanted.sample);
  wanted.parallel = static_cast<std::size_t>(given.integer(parallel).value_or(64));
  wanted.insecure_http = given.has(insecure_http);
  if (const auto name = given.text(probe)) {
    wanted.selection.only = probe_checks(*name);
    wanted.sample = milliseconds(0);
  }
  return wanted;
}

Step<Course> course_of(const Arguments& given, net::milliseconds one_run) {
  TRY_VOID(settings::check_exclusions(given));
  Course course;
  course.confirm = given.integer(confirm).value_or(1);
  if (const auto name = given.text(until)) {
    course.goal = health::find_state(*name);
    course.up = given.has(require_up);
  }
  if (const auto limit = given.duration(wait_for)) {
    course.goal = health::State::ok;
    course.up = true;
    course.total = limit;
    return course;
  }
  if (given.has(watch)) {
    course.every = given.duration(watch);
    if (*course.every < settings::milliseconds(1000)) {
      return give_up(Errc::usage, "--watch: nothing is asked more than once a second; give 1s or more");
    }
    if (given.on_command_line(total_timeout)) course.total = given.duration(total_timeout);
    return course;
  }
  course.total = given.duration(total_timeout).value_or(one_run);
  return course;
}

}  // namespace llmgw::cli::health_command
