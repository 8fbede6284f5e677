#include <array>

#include "cli/arguments.h"
#include "cli/commands/config/parts.h"
#include "cli/commands/output_options.h"
#include "cli/configuration.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "core/config/config.h"
#include "core/config/explain.h"
#include "core/json/writer.h"

namespace llmgw::cli::commands {
namespace config_show {

constexpr std::array<const OptionSpec*, 2> options{&output_options::text_or_json, &output_options::json};
constexpr std::array examples{
    ExampleSpec{"llmgw config show", "every key with its value and origin"},
    ExampleSpec{"llmgw config show --json | jq '.[] | select(.origin != \"default\")'", "what a file sets"},
};

std::string json_of(const std::vector<config::Setting>& settings) {
  std::string out;
  json::Writer json(out);
  json.begin_array();
  for (const auto& setting : settings) {
    json.begin_object();
    json.member("section", setting.section);
    json.member("key", setting.name);
    json.member("value", setting.value);
    json.member("origin", setting.origin);
    json.end_object();
  }
  json.end_array();
  return out + "\n";
}

Outcome run(Context& context, const Arguments& given) {
  TRY(const auto file, config_file(context, given));
  config::Loaded loaded;
  // Showing a file must not depend on the variables of the machine it will run on.
  if (file) {
    TRY(loaded, config::load_file(*file, context.env, {.require_variables = false}));
  }
  const auto settings = config::explain(loaded);
  if (output_options::wants_json(given)) {
    context.out.write(json_of(settings));
    return exit_ok;
  }
  context.out.write(file ? "# " + *file + "\n" : "# no configuration file: everything is at its default\n");
  context.out.write(config::explain_text(settings));
  return exit_ok;
}

}  // namespace config_show

constexpr CommandSpec config_parts::show{.name = "show",
                                         .summary = "every key with its value and where it comes from",
                                         .description =
                                             "Secrets are not shown; references to variables are shown as "
                                             "they are written.",
                                         .options = config_show::options,
                                         .examples = config_show::examples,
                                         .run = config_show::run};

}  // namespace llmgw::cli::commands
