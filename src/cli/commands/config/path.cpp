#include <unistd.h>

#include "cli/arguments.h"
#include "cli/commands/config/parts.h"
#include "cli/configuration.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "core/base/folders.h"

namespace llmgw::cli::commands {
namespace config_path {

/// The file that is read; where there is none, the one that would be.
Outcome run(Context& context, const Arguments& given) {
  TRY(auto file, config_file(context, given));
  if (!file) {
    TRY(file, user_config_file(context.env));
  }
  context.out.write(*file + "\n");
  if (::access(file->c_str(), F_OK) != 0)
    context.err.write("llmgw: this file does not exist yet (llmgw config init)\n");
  return exit_ok;
}

}  // namespace config_path

constexpr CommandSpec config_parts::path{.name = "path",
                                         .summary = "which file is read",
                                         .description =
                                             "Prints the path of the file that commands read, or would "
                                             "read if it existed.",
                                         .run = config_path::run};

}  // namespace llmgw::cli::commands
