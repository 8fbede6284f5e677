#include "proxy/startup.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "core/base/files.h"

namespace startup_test {

using namespace llmgw;

TEST_CASE("the model that aliases lead to may be one that the command line adds", "[startup]") {
  const auto path = std::filesystem::temp_directory_path() / ("llmgw-alias-" + std::to_string(::getpid()) + ".toml");
  REQUIRE(write_file(path.string(),
                     "[[model]]\nname = \"m\"\n[model.params]\nprovider = \"ollama\"\n"
                     "[alias]\nmodel = \"added\"\n",
                     FileMode::owner_only));
  proxy::ServeOptions options;
  options.config = path.string();
  for (const auto& [added, fits] : {std::pair("added", true), std::pair("other", false)}) {
    options.models = {{added, "served"}};
    const auto config = proxy::resolve_config(options, FixedEnv{});
    CHECK(config.has_value() == fits);
    if (!config) CHECK(config.error().message.contains(".toml:6:1: alias.model: there is no [[model]] \"added\""));
  }
  std::filesystem::remove(path);
}

}  // namespace startup_test
