#include "core/base/files.h"

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/base/folders.h"

namespace files_test {

/// A folder that goes with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_((std::filesystem::temp_directory_path() / "llmgw-files-XXXXXX").string()) {
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

}  // namespace files_test

using files_test::mode_of;
using files_test::TemporaryFolder;

TEST_CASE("a file is written whole with the mode asked for, in folders of the owner alone", "[base]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a/b/token");
  REQUIRE(llmgw::write_file(path, "secret\n", llmgw::FileMode::owner_only));
  CHECK(llmgw::read_file(path) == "secret\n");
  CHECK(mode_of(path) == 0600U);
  CHECK(mode_of(folder.file("a")) == 0700U);
  REQUIRE(llmgw::write_file(path, "next", llmgw::FileMode::shared));
  CHECK(llmgw::read_file(path) == "next");
  CHECK(mode_of(path) == 0644U);
}

TEST_CASE("of several who create a file one wins, and the others change nothing", "[base]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a/token");
  CHECK(llmgw::create_file(path, "first", llmgw::FileMode::owner_only) == true);
  CHECK(llmgw::create_file(path, "second", llmgw::FileMode::shared) == false);
  CHECK(llmgw::read_file(path) == "first");
  CHECK(mode_of(path) == 0600U);
  std::size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.file("a"))) ++entries;
  CHECK(entries == 1);
}

TEST_CASE("a missing file, a folder and a file over the limit are errors that name the path", "[base]") {
  const TemporaryFolder folder;
  const auto missing = llmgw::read_file(folder.file("none"));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == llmgw::Errc::not_found);
  CHECK(missing.error().message.find(folder.file("none")) != std::string::npos);
  const auto a_folder = llmgw::read_file(folder.file(""));
  REQUIRE_FALSE(a_folder);
  CHECK(a_folder.error().code == llmgw::Errc::config);
  REQUIRE(llmgw::write_file(folder.file("big"), "0123456789", llmgw::FileMode::shared));
  CHECK_FALSE(llmgw::read_file(folder.file("big"), 9));
  CHECK(llmgw::read_file(folder.file("big"), 10));
}

TEST_CASE("a failed write leaves no temporary file behind", "[base]") {
  const TemporaryFolder folder;
  REQUIRE(std::filesystem::create_directory(folder.file("taken")));
  CHECK_FALSE(llmgw::write_file(folder.file("taken"), "x", llmgw::FileMode::shared));
  std::size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.file(""))) ++entries;
  CHECK(entries == 1);
}

TEST_CASE("folders follow the XDG variables and ignore relative values", "[base]") {
  const llmgw::FixedEnv xdg({{"HOME", "/home/a"}, {"XDG_CONFIG_HOME", "/x"}, {"XDG_STATE_HOME", "relative"}});
  CHECK(llmgw::user_config_file(xdg) == "/x/llmgw/llmgw.toml");
  CHECK(llmgw::state_folder(xdg) == "/home/a/.local/state/llmgw");
  const llmgw::FixedEnv nothing;
  const auto none = llmgw::config_folder(nothing);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == llmgw::Errc::config);
}
