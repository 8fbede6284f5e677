#include <array>

#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/output_options.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "core/json/writer.h"

namespace llmgw::cli::commands {
namespace version_command {

constexpr std::array<const OptionSpec*, 2> options{&output_options::text_or_json, &output_options::json};

constexpr std::string_view compiler() {
#ifdef __clang__
  return "clang " __clang_version__;
#else
  return "gcc " __VERSION__;
#endif
}

Outcome run(Context& context, const Arguments& given) {
  if (!output_options::wants_json(given)) {
    context.out.write("llmgw " LLMGW_VERSION "\n");
    return exit_ok;
  }
  std::string line;
  json::Writer json(line);
  json.begin_object();
  json.member("name", "llmgw");
  json.member("version", LLMGW_VERSION);
  json.member("compiler", compiler());
  json.end_object();
  context.out.write(line + "\n");
  return exit_ok;
}

}  // namespace version_command

constexpr CommandSpec version{.name = "version",
                              .group = Group::setup,
                              .summary = "the version of this program",
                              .description = {},
                              .options = version_command::options,
                              .run = version_command::run};

}  // namespace llmgw::cli::commands
