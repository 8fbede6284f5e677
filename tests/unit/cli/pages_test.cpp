// Help, man pages and completions are made from one table; what is checked in must be what the table makes.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/completion.h"
#include "cli/help.h"
#include "cli/man.h"
#include "cli/parse.h"
#include "golden.h"

using namespace llmgw;
using namespace llmgw::cli;

namespace pages_test {

using Path = std::vector<const CommandSpec*>;

void walk(const Path& path, const std::function<void(const Path&)>& visit) {
  visit(path);
  for (const auto* part : path.back()->subcommands) {
    auto below = path;
    below.push_back(part);
    walk(below, visit);
  }
}

void each_command(const std::function<void(const Path&)>& visit) { walk({&root_command()}, visit); }

std::string name_of(const Path& path) {
  std::string name;
  for (const auto* command : path) name += (name.empty() ? "" : "-") + std::string(command->name);
  return name;
}

/// Lines of a help text that are wider than 80 columns; example command lines may be, they are for copying.
std::string wide_lines(std::string_view text) {
  std::string wide;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.size() > 80 && !line.starts_with("  $ ")) wide += std::string(line) + "\n";
  }
  return wide;
}

/// The words of an example up to the first shell operator.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '|' || c == '>' || c == '&' || c == ')')) {
      break;
    } else if (c != ' ' || quoted) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

}  // namespace pages_test

TEST_CASE("help texts are the reviewed ones", "[cli][drift]") {
  pages_test::each_command([](const pages_test::Path& path) {
    check_golden("tests/golden/help/" + pages_test::name_of(path) + ".txt", help_text(path, HelpLength::full, {}));
  });
}

TEST_CASE("help fits 80 columns", "[cli]") {
  pages_test::each_command([](const pages_test::Path& path) {
    CHECK(pages_test::wide_lines(help_text(path, HelpLength::brief, {})).empty());
    CHECK(pages_test::wide_lines(help_text(path, HelpLength::full, {})).empty());
  });
}

TEST_CASE("man pages in man/ are the ones that the table makes", "[cli][drift]") {
  std::set<std::string> made;
  for (const auto& page : man_pages()) {
    check_golden("man/" + page.file, page.text);
    made.insert(page.file);
  }
  for (const auto& entry : std::filesystem::directory_iterator(std::string(LLMGW_SOURCE_DIR) + "/man")) {
    INFO(entry.path());
    CHECK(made.contains(entry.path().filename().string()));
  }
}

TEST_CASE("completions in completions/ are the ones that the table makes", "[cli][drift]") {
  check_golden("completions/llmgw.bash", bash_completion());
  check_golden("completions/_llmgw", zsh_completion());
  check_golden("completions/llmgw.fish", fish_completion());
}

TEST_CASE("every option and command says what it is, once", "[cli]") {
  pages_test::each_command([](const pages_test::Path& path) {
    const auto& command = *path.back();
    INFO(pages_test::name_of(path));
    CHECK_FALSE(command.summary.empty());
    CHECK((command.run != nullptr || !command.subcommands.empty()));
    std::set<std::string> seen;
    for (const auto* option : all_options(command)) {
      INFO(option->name);
      CHECK_FALSE(option->help.empty());
      CHECK_FALSE(option->help.ends_with('.'));
      CHECK((option->kind == ValueKind::none) == option->value.empty());
      CHECK((option->kind == ValueKind::choice) == !option->choices.empty());
      for (const auto& spelling : spellings(*option)) CHECK(seen.insert(spelling).second);
    }
  });
}

TEST_CASE("every example is a command line that parses", "[cli]") {
  pages_test::each_command([](const pages_test::Path& path) {
    for (const auto& example : path.back()->examples) {
      INFO(example.line);
      const auto start = example.line.find("llmgw");
      REQUIRE(start != std::string_view::npos);
      auto words = pages_test::words_of(example.line.substr(start));
      words.erase(words.begin());
      const auto parsed = parse_command_line(words, FixedEnv());
      INFO((parsed ? std::string() : parsed.error().error.message));
      CHECK(parsed);
    }
  });
}
