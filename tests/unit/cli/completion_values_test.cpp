#include <stdlib.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "core/base/files.h"
#include "fake_room.h"
#include "program.h"

namespace completion_values_test {

/// A home with a configuration file.
class Home {
 public:
  Home() : path_((std::filesystem::temp_directory_path() / "llmgw-complete-XXXXXX").string()) {
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
    REQUIRE(llmgw::write_file(path_ + "/.config/llmgw/llmgw.toml",
                              "[profiles.far]\nbase_url = \"http://far.example\"\n[profiles.near]\n"
                              "base_url = \"http://near.example\"\n",
                              llmgw::FileMode::owner_only));
  }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;
  ~Home() { std::filesystem::remove_all(path_); }

  /// Without a room any network would be a crash.
  [[nodiscard]] program::Ran run(const std::vector<std::string>& args, fake::Room* room = nullptr) const {
    program::Surroundings around{.variables = {{"HOME", path_}}};
    if (room != nullptr) around.run_client = [room](const llmgw::net::ClientWork& work) { return room->run(work); };
    return program::run(args, around);
  }

 private:
  std::string path_;
};

}  // namespace completion_values_test

using completion_values_test::Home;

TEST_CASE("the names that models listed complete, for the server that the line names", "[cli]") {
  const Home home;
  CHECK(home.run({"__complete", "models", "--", "ask", "-m", ""}).out.empty());
  fake::Room room;
  room.replies = {fake::models({"qwen3", "a\\nb"}), fake::models({"other"})};
  REQUIRE(home.run({"models"}, &room).code == 0);
  REQUIRE(home.run({"models", "-p", "far"}, &room).code == 0);
  const auto local = home.run({"__complete", "models", "--", "ask", "-m", "q"});
  CHECK(local.code == 0);
  CHECK(local.out == "qwen3\n");
  CHECK(home.run({"__complete", "models", "--", "ask", "-p", "far", "-m", ""}).out == "other\n");
  CHECK(home.run({"__complete", "models", "--", "ask", "--profile=far", "-m", ""}).out == "other\n");
  CHECK(home.run({"__complete", "models", "--", "ask", "-p", "near", "-m", ""}).out.empty());
}

TEST_CASE("the profiles of the configuration complete", "[cli]") {
  const Home home;
  CHECK(home.run({"__complete", "profiles", "--", "ask", "-p", ""}).out == "far\nnear\n");
  CHECK(home.run({"__complete", "profiles", "--", "ask", "--config", "none", "-p", ""}).out.empty());
}

TEST_CASE("completion says nothing of what it does not understand", "[cli]") {
  const Home home;
  for (const std::vector<std::string>& args : {std::vector<std::string>{"__complete"},
                                               {"__complete", "nonsense", "--", "x"},
                                               {"__complete", "models"},
                                               {"__complete", "models", "--", "ask", "-p", "gone", "-m", ""}}) {
    const auto ran = home.run(args);
    CHECK(ran.code == 0);
    CHECK((ran.out + ran.err).empty());
  }
}
