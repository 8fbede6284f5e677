#include "cli/term/line_editor.h"

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <string>

#include "core/base/files.h"

namespace line_editor_test {

using namespace llmgw;

/// A history file of its own, gone with the test.
struct HistoryFile {
  HistoryFile() : folder(std::filesystem::temp_directory_path() / ("llmgw-history-" + std::to_string(::getpid()))) {}
  ~HistoryFile() { std::filesystem::remove_all(folder); }
  HistoryFile(const HistoryFile&) = delete;
  HistoryFile& operator=(const HistoryFile&) = delete;
  [[nodiscard]] std::string path() const { return (folder / "history").string(); }
  [[nodiscard]] std::string text() const { return read_file(path()).value_or(""); }
  [[nodiscard]] std::unique_ptr<cli::LineEditor> open() const {
    auto editor = cli::make_line_editor({.history_file = path(), .completions = {}, .marked_paste = false});
    REQUIRE(editor);
    return std::move(*editor);
  }
  std::filesystem::path folder;
};

TEST_CASE("chats that run at once keep each other's lines", "[cli]") {
  const HistoryFile file;
  const auto one = file.open();
  const auto other = file.open();
  one->remember("first");
  other->remember("second");
  one->remember("third");
  one->remember("third");
  CHECK(file.text() == "_HiStOrY_V2_\nfirst\nsecond\nthird\n");
  struct stat about {};
  REQUIRE(::stat(file.path().c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
}

TEST_CASE("a history that has grown is cut to its newest lines when a chat begins", "[cli]") {
  const HistoryFile file;
  std::string text = "_HiStOrY_V2_\n";
  for (int i = 1; i <= 5000; ++i) text += "prompt\\040" + std::to_string(i) + "\n";
  REQUIRE(write_file(file.path(), text, FileMode::owner_only));
  const auto editor = file.open();
  editor->remember("newest");
  const auto kept = file.text();
  CHECK(kept.starts_with("_HiStOrY_V2_\nprompt\\0403001\n"));
  CHECK(kept.ends_with("prompt\\0405000\nnewest\n"));
}

TEST_CASE("a history that cannot be read is left alone", "[cli]") {
  const HistoryFile file;
  REQUIRE(make_folder(file.path()));  // a folder stands where the file should
  file.open()->remember("lost");
  CHECK(std::filesystem::is_directory(file.path()));
}

}  // namespace line_editor_test
