#include "cli/man.h"

#include <array>

#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "core/base/files.h"

namespace llmgw::cli::commands {
namespace man_command {

constexpr OptionSpec all{
    .name = "all", .kind = ValueKind::file, .value = "DIR", .help = "write every page into this folder"};
constexpr std::array<const OptionSpec*, 1> options{&all};
constexpr std::array arguments{
    ArgumentSpec{.name = "PAGE", .help = "a command, such as ask, or llmgw.toml; without it llmgw(1)"}};
constexpr std::array examples{
    ExampleSpec{"llmgw man ask | man -l -", "read the page of a command"},
    ExampleSpec{"llmgw man --all ./man", "write all pages"},
};

Outcome write_all(Context& context, const std::string& folder) {
  for (const auto& page : man_pages()) {
    TRY_VOID(write_file(folder + "/" + page.file, page.text, FileMode::shared));
    context.out.write(folder + "/" + page.file + "\n");
  }
  return exit_ok;
}

Outcome run(Context& context, const Arguments& given) {
  if (const auto folder = given.text(all)) return write_all(context, *folder);
  const auto pages = man_pages();
  const auto name = given.words().empty() ? std::string("llmgw") : given.words().front();
  const auto* page = find_man_page(pages, name);
  if (page == nullptr) return give_up(Errc::not_found, "there is no page " + name, "llmgw --help");
  context.out.write(page->text);
  return exit_ok;
}

}  // namespace man_command

constexpr CommandSpec man{.name = "man",
                          .group = Group::setup,
                          .summary = "manual pages",
                          .description =
                              "Prints a manual page as man(1) reads it. The pages are made from the same "
                              "table as the parser and the help.",
                          .options = man_command::options,
                          .arguments = man_command::arguments,
                          .examples = man_command::examples,
                          .run = man_command::run};

}  // namespace llmgw::cli::commands
