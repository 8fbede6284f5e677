#include <unistd.h>

#include <array>

#include "cli/arguments.h"
#include "cli/commands/config/parts.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/global_options.h"
#include "core/base/files.h"
#include "core/base/folders.h"

namespace llmgw::cli::commands {
namespace config_init {

constexpr OptionSpec force{.name = "force", .letter = 'f', .help = "replace a file that is there"};
constexpr OptionSpec print{.name = "print", .help = "print the text instead of writing it"};
constexpr std::array<const OptionSpec*, 2> options{&force, &print};
constexpr std::array arguments{
    ArgumentSpec{.name = "FILE", .help = "where to write; without it the user's own file", .kind = ValueKind::file}};
constexpr std::array examples{
    ExampleSpec{"llmgw config init", "write the user's own file"},
    ExampleSpec{"llmgw config init --print", "look at the text first"},
};

// Valid as it stands: `llmgw serve` starts with it, over an engine on port 8000.
constexpr std::string_view starter =
    R"toml(# llmgw: every key is described by "llmgw config schema" and shown by "llmgw config show".

# The profile that ask, chat and models use unless --profile names another.
# profile = "local"

[server]
# listen = ["127.0.0.1:4000"]
# auth = "token"           # "none" lets every program of this machine in
# access_log = "text"      # "off", "json"

# A model that `llmgw serve` offers, and the server behind it.
[[model]]
name = "local"
[model.params]
provider = "openai_compatible"
api_base = "http://127.0.0.1:8000"
# model = "Qwen/Qwen3-8B"  # the upstream's own name
# api_key = "os.environ/UPSTREAM_KEY"

# Names that clients use for a model.
# [alias.map]
# "claude-sonnet-4-5" = "local"

# A server that client commands talk to: llmgw ask -p hosted
# [profiles.hosted]
# base_url = "https://gateway.example/v1"
# api_key = "os.environ/GATEWAY_KEY"
# model = "some-model"
)toml";

Outcome run(Context& context, const Arguments& given) {
  if (given.has(print)) {
    context.out.write(starter);
    return exit_ok;
  }
  std::string path;
  if (!given.words().empty()) {
    path = given.words().front();
  } else if (const auto named = given.text(global::config); named && named != "none") {
    path = *named;
  } else {
    TRY(path, user_config_file(context.env));
  }
  if (!given.has(force) && ::access(path.c_str(), F_OK) == 0) {
    return give_up(Errc::config, path + " is there already", "--force replaces it, --print shows the text");
  }
  TRY_VOID(write_file(path, starter, FileMode::owner_only));
  context.out.write(path + "\n");
  return exit_ok;
}

}  // namespace config_init

constexpr CommandSpec config_parts::init{.name = "init",
                                         .summary = "write a commented file to start from",
                                         .description =
                                             "Writes a small file that works, readable by its owner "
                                             "alone, and prints its path.",
                                         .options = config_init::options,
                                         .arguments = config_init::arguments,
                                         .examples = config_init::examples,
                                         .run = config_init::run};

}  // namespace llmgw::cli::commands
