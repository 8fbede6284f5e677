#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <utility>

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

/// The files that upstreams and profiles are to be reached with and that cannot be read, a line each.
std::string unreadable_files(const config::Loaded& loaded) {
  std::string lines;
  const auto look = [&](const std::string& path, const std::string& file) {
    if (file.empty() || ::access(file.c_str(), R_OK) == 0) return;
    const auto origin = loaded.origins.find(path);
    const auto at = origin != loaded.origins.end() ? config::place(loaded.file, origin->second.at) : loaded.file;
    lines += fmt::format("{}{}: {}: \"{}\" is not there or cannot be read", lines.empty() ? "" : "\n", at, path, file);
  };
  const auto look_at = [&](const std::string& section, const config::Transport& transport) {
    look(section + ".ca_file", transport.ca_file);
    look(section + ".client_cert", transport.client_cert);
    look(section + ".client_key", transport.client_key);
  };
  for (std::size_t i = 0; i < loaded.config.models.size(); ++i) {
    look_at(fmt::format("model[{}].params", i), loaded.config.models[i].params.transport);
  }
  for (const auto& [name, profile] : loaded.config.profiles) look_at("profiles." + name, profile.transport);
  return lines;
}

Outcome run(Context& context, const Arguments& given) {
  std::optional<std::string> file;
  if (!given.words().empty()) {
    file = given.words().front();
  } else {
    TRY(file, config_file(context, given));
  }
  if (!file) return give_up(Errc::config, "there is no configuration file", "llmgw config init");
  TRY(const auto loaded, config::load_file(*file, context.env));
  if (auto lines = unreadable_files(loaded); !lines.empty()) return give_up(Errc::config, std::move(lines));
  context.out.write(*file + ": valid\n");
  return exit_ok;
}

}  // namespace config_validate

constexpr CommandSpec config_parts::validate{
    .name = "validate",
    .summary = "check a file",
    .description =
        "Tells every problem with FILE:LINE:COLUMN and, for a key that is unknown, the nearest one. "
        "Variables that the file names must be set, and certificates and keys that it names be readable.",
    .arguments = config_validate::arguments,
    .examples = config_validate::examples,
    .run = config_validate::run};

}  // namespace llmgw::cli::commands
