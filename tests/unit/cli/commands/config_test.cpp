#include <stdlib.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <string>

#include "../program.h"
#include "core/base/files.h"
#include "core/json/view.h"

namespace config_command_test {

/// A home of its own for each test.
class Home {
 public:
  Home() : path_((std::filesystem::temp_directory_path() / "llmgw-config-XXXXXX").string()) {
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
  }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;
  ~Home() { std::filesystem::remove_all(path_); }

  program::Ran run(std::vector<std::string> args, llmgw::FixedEnv::Variables more = {}) const {
    args.insert(args.begin(), "config");
    more["HOME"] = path_;
    return program::run(args, {.variables = std::move(more)});
  }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] std::string write(const std::string& text) const {
    REQUIRE(llmgw::write_file(file("x.toml"), text, llmgw::FileMode::shared));
    return file("x.toml");
  }

 private:
  std::string path_;
};

}  // namespace config_command_test

using config_command_test::Home;

TEST_CASE("config init writes a file that is valid and is not written twice", "[cli]") {
  const Home home;
  const auto first = home.run({"init"});
  CHECK(first.code == 0);
  CHECK(first.out == home.file(".config/llmgw/llmgw.toml\n"));
  CHECK(home.run({"validate"}).code == 0);
  CHECK(home.run({"path"}).out == first.out);
  const auto again = home.run({"init"});
  CHECK(again.code == 3);
  CHECK(home.run({"init", "--force"}).code == 0);
}

TEST_CASE("config init writes the user's own file where no file is to be read", "[cli]") {
  const Home home;
  CHECK(home.run({"init", "--config", "none"}).out == home.file(".config/llmgw/llmgw.toml\n"));
}

TEST_CASE("config validate tells every problem on a line of its own", "[cli]") {
  const Home home;
  const auto path = home.write("[server]\nthreads = -1\nstrict = 1\n");
  const auto ran = home.run({"validate", path});
  CHECK(ran.err.starts_with("llmgw: error: " + path + ":2:11: "));
  CHECK(ran.err.contains("\nllmgw: error: " + path + ":3:10: "));
}

TEST_CASE("config validate tells file, line, column and the nearest key", "[cli]") {
  const Home home;
  const auto path = home.write("[server]\nlisten = [\"127.0.0.1:1\"]\nthread = 2\n");
  const auto ran = home.run({"validate", path});
  CHECK(ran.code == 3);
  CHECK(ran.err.contains(path + ":3:1"));
  CHECK(ran.err.contains("threads"));
  CHECK(home.run({"validate"}).code == 3);
  CHECK(home.run({"validate", home.file("none.toml")}).code == 3);
}

TEST_CASE("config validate tells of files that cannot be read, with their place", "[cli]") {
  const Home home;
  const std::string text =
      "[[model]]\nname = \"m\"\n[model.params]\nprovider = \"ollama\"\nca_file = \"/nowhere/ca.pem\"\n"
      "[profiles.p]\nkind = \"ollama\"\nclient_cert = \"/nowhere/cert.pem\"\n";
  const auto path = home.write(text);
  const auto ran = home.run({"validate", path});
  CHECK(ran.code == 3);
  CHECK(ran.err.contains(path + ":5:1: model[0].params.ca_file: \"/nowhere/ca.pem\" is not there"));
  CHECK(ran.err.contains("\nllmgw: error: " + path + ":8:1: profiles.p.client_cert: "));
  CHECK(home.run({"validate", home.write("[profiles.p]\nkind = \"ollama\"\nca_file = \"" + path + "\"\n")}).code == 0);
}

TEST_CASE("config show hides secrets and says where values come from", "[cli]") {
  const Home home;
  const auto path = home.write("[server]\ntoken = \"very-secret\"\nthreads = 2\n");
  const auto ran = home.run({"show"}, {{"LLMGW_CONFIG", path}});
  CHECK(ran.code == 0);
  CHECK_FALSE(ran.out.contains("very-secret"));
  CHECK(ran.out.contains("threads = 2"));
  CHECK(ran.out.contains(":3:1"));
  const auto json = home.run({"show", "--json"});
  CHECK(llmgw::json::parse(json.out));
}

TEST_CASE("config schema is JSON and its reference is a page", "[cli]") {
  const Home home;
  CHECK(llmgw::json::parse(home.run({"schema"}).out));
  CHECK(home.run({"schema", "--reference"}).out.contains("api_base"));
}

TEST_CASE("a bare group prints its help and exits 2", "[cli]") {
  const Home home;
  const auto ran = home.run({});
  CHECK(ran.code == 2);
  CHECK(ran.err.starts_with("llmgw config - "));
  const auto wrong = home.run({"shw"});
  CHECK(wrong.code == 2);
  CHECK(wrong.err.contains("try: llmgw config show"));
}
