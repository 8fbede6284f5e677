#include <array>

#include "cli/arguments.h"
#include "cli/commands/config/parts.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "core/config/explain.h"

namespace llmgw::cli::commands {
namespace config_schema {

constexpr OptionSpec reference{.name = "reference", .help = "the reference page instead, as Markdown"};
constexpr std::array<const OptionSpec*, 1> options{&reference};

Outcome run(Context& context, const Arguments& given) {
  auto text = given.has(reference) ? config::reference_page() : config::json_schema();
  if (!text.ends_with('\n')) text += '\n';
  context.out.write(text);
  return exit_ok;
}

}  // namespace config_schema

constexpr CommandSpec config_parts::schema{.name = "schema",
                                           .summary = "every key, as JSON Schema",
                                           .description = "For editors that check and complete TOML.",
                                           .options = config_schema::options,
                                           .run = config_schema::run};

}  // namespace llmgw::cli::commands
