#include <array>

#include "cli/arguments.h"
#include "cli/commands/config/parts.h"
#include "cli/configuration.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "core/config/config.h"

namespace llmgw::cli::commands {
namespace config_validate {

constexpr std::array arguments{ArgumentSpec{
    .name = "FILE", .help = "the file to check; without it the one that commands read", .kind = ValueKind::file}};
constexpr std::array examples{
    ExampleSpec{"llmgw config validate", "the file that commands read"},
    ExampleSpec{"llmgw config validate llmgw.toml", "another file"},
};

Outcome run(Context& context, const Arguments& given) {
  std::optional<std::string> file;
  if (!given.words().empty()) {
    file = given.words().front();
  } else {
    TRY(file, config_file(context, given));
  }
  if (!file) return give_up(Errc::config, "there is no configuration file", "llmgw config init");
  TRY_VOID(config::load_file(*file, context.env));
  context.out.write(*file + ": valid\n");
  return exit_ok;
}

}  // namespace config_validate

constexpr CommandSpec config_parts::validate{
    .name = "validate",
    .summary = "check a file",
    .description =
        "Tells every problem with FILE:LINE:COLUMN and, for a key that is unknown, the nearest one. "
        "Variables that the file names must be set.",
    .arguments = config_validate::arguments,
    .examples = config_validate::examples,
    .run = config_validate::run};

}  // namespace llmgw::cli::commands
