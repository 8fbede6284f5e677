#include "cli/man.h"

#include <algorithm>
#include <span>

#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "cli/roff.h"

namespace llmgw::cli {
namespace man {

using Path = std::span<const CommandSpec* const>;

std::string page_name(Path path) {
  std::string name;
  for (const auto* command : path) name += (name.empty() ? "" : "-") + std::string(command->name);
  return name;
}

/// An option's tag: names bold, value italic.
std::string tag(const OptionSpec& option) {
  std::string out;
  if (option.letter != '\0') out += roff::bold(std::string("-") + option.letter);
  if (option.letter != '\0' && !option.name.empty()) out += ", ";
  if (!option.name.empty()) out += roff::bold("--" + std::string(option.name));
  const auto value = option.value.empty() ? std::string() : roff::italic(option.value);
  if (!value.empty()) out += option.implied.empty() ? " " + value : " [" + value + "]";
  return out;
}

void write_options(roff::Page& page, std::span<const OptionSpec* const> options) {
  for (const auto* option : options) page.tagged(tag(*option), option_sentence(*option) + ".");
}

void write_arguments(roff::Page& page, const CommandSpec& command) {
  for (const auto& argument : command.arguments) {
    page.tagged(roff::italic(argument.name), std::string(argument.help) + ".");
  }
}

void write_subcommand(roff::Page& page, Path path) {
  const auto& command = *path.back();
  page.subsection(synopsis(path));
  page.text(std::string(command.summary) + ".");
  if (!command.description.empty()) page.text(command.description);
  write_arguments(page, command);
  write_options(page, command.options);
}

void write_commands(roff::Page& page, Path path) {
  if (path.back()->subcommands.empty()) return;
  page.section("COMMANDS");
  for (const auto* part : path.back()->subcommands) {
    if (path.size() == 1) {
      page.tagged(roff::bold(page_name(path) + "-" + std::string(part->name)) + "(1)",
                  std::string(part->summary) + ".");
      continue;
    }
    std::vector<const CommandSpec*> below(path.begin(), path.end());
    below.push_back(part);
    write_subcommand(page, below);
  }
}

void write_ending(roff::Page& page, Path path) {
  if (!path.back()->examples.empty()) {
    page.section("EXAMPLES");
    for (const auto& example : path.back()->examples) page.example(example.says, example.line);
  }
  page.section("SEE ALSO");
  if (path.size() > 1) {
    page.text("llmgw(1), llmgw.toml(5)");
    return;
  }
  std::string pages;
  for (const auto* command : path.back()->subcommands) {
    pages += (pages.empty() ? "" : ", ") + page_name(path) + "-" + std::string(command->name) + "(1)";
  }
  page.text(pages + ", llmgw.toml(5)");
}

void write_tables(roff::Page& page, bool is_root) {
  page.section("EXIT STATUS");
  if (!is_root) {
    page.text("0 on success; the table in llmgw(1) holds for every command.");
    return;
  }
  for (const auto& row : exit_codes()) page.tagged(roff::bold(std::to_string(row.code)), std::string(row.when) + ".");
  page.section("ENVIRONMENT");
  for (const auto& row : environment_variables()) page.tagged(roff::bold(row.name), row.says + ".");
  page.section("FILES");
  page.tagged(roff::italic("$XDG_CONFIG_HOME/llmgw/llmgw.toml"), "The user's configuration.");
  page.tagged(roff::italic("/etc/llmgw/llmgw.toml"), "The machine's configuration.");
  page.tagged(roff::italic("$XDG_STATE_HOME/llmgw/token"),
              "The local proxy's token, made once, readable by its owner alone.");
  page.tagged(roff::italic("$XDG_STATE_HOME/llmgw/history"), "Drafts of llmgw chat, readable by their owner alone.");
}

ManPage page_of(Path path) {
  const auto& command = *path.back();
  roff::Page page(page_name(path), std::string(command.summary));
  page.section("SYNOPSIS");
  page.text(synopsis(path));
  if (!command.description.empty()) {
    page.section("DESCRIPTION");
    page.text(command.description);
  }
  if (!command.arguments.empty() || !command.options.empty()) {
    page.section("OPTIONS");
    write_arguments(page, command);
    write_options(page, command.options);
  }
  write_commands(page, path);
  page.section("GLOBAL OPTIONS");
  write_options(page, global_options());
  write_tables(page, path.size() == 1);
  write_ending(page, path);
  return {page_name(path) + ".1", page.take()};
}

}  // namespace man

std::vector<ManPage> man_pages() {
  std::vector<ManPage> pages;
  const CommandSpec* const root = &root_command();
  const CommandSpec* const only_root[] = {root};
  pages.push_back(man::page_of(only_root));
  for (const auto* command : root->subcommands) {
    const CommandSpec* const path[] = {root, command};
    pages.push_back(man::page_of(path));
  }
  pages.push_back(configuration_page());
  return pages;
}

const ManPage* find_man_page(const std::vector<ManPage>& pages, std::string_view name) {
  const auto found = std::ranges::find_if(pages, [name](const ManPage& page) {
    const auto file = std::string_view(page.file);
    const auto stem = file.substr(0, file.rfind('.'));
    return file == name || stem == name || stem == "llmgw-" + std::string(name);
  });
  return found == pages.end() ? nullptr : &*found;
}

}  // namespace llmgw::cli
