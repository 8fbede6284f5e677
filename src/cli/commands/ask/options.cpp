#include "cli/commands/ask/options.h"

#include <algorithm>
#include <array>

#include "cli/commands/output_options.h"
#include "cli/global_options.h"

namespace llmgw::cli::ask {
namespace reading {

constexpr std::array<std::string_view, 3> reasons{"length", "content_filter", "tool_calls"};

Result<std::set<std::string, std::less<>>> read_reasons(std::string_view list) {
  std::set<std::string, std::less<>> found;
  while (!list.empty()) {
    const auto reason = list.substr(0, list.find(','));
    list.remove_prefix(std::min(reason.size() + 1, list.size()));
    if (std::ranges::find(reasons, reason) == reasons.end()) {
      return fail(Errc::usage,
                  "--fail-on: \"" + std::string(reason) + "\" is not one of length, content_filter, tool_calls");
    }
    found.emplace(reason);
  }
  return found;
}

Format format_of(const Arguments& given) {
  if (output_options::wants_json(given, output)) return Format::json;
  return given.text(output) == "jsonl" ? Format::jsonl : Format::text;
}

StdinMode mode_of(const Arguments& given) {
  const auto word = given.text(stdin_mode);
  if (word == "always") return StdinMode::always;
  return word == "never" ? StdinMode::never : StdinMode::automatic;
}

}  // namespace reading

Result<Options> read_options(const Arguments& given) {
  Options options;
  options.prompt.words = given.words();
  options.prompt.stdin_mode = reading::mode_of(given);
  if (const auto most = given.integer(max_stdin)) options.prompt.max_stdin = static_cast<std::size_t>(*most);
  options.format = reading::format_of(given);
  options.stream = !given.has(no_stream);
  options.stats = given.has(stats);
  options.show_reasoning = given.text(think) == "show";
  options.quiet = given.has(global::quiet);
  options.prompt.quiet = options.quiet;
  TRY(options.fail_on, reading::read_reasons(given.text(fail_on).value_or("")));
  return options;
}

}  // namespace llmgw::cli::ask
