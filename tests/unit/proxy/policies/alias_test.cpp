#include "proxy/policies/alias/alias.h"

#include <catch2/catch_test_macros.hpp>

namespace alias_test {

using llmgw::config::Alias;
using llmgw::proxy::split_suffix;
namespace proxy = llmgw::proxy;

Alias canonical(std::string model) {
  Alias alias;
  alias.model = std::move(model);
  return alias;
}

std::string resolve(const Alias& alias, std::string_view name) {
  return std::string(proxy::Alias(alias).resolve(name));
}

TEST_CASE("without a canonical model every name passes", "[alias]") {
  CHECK(resolve(Alias{}, "claude-sonnet-4") == "claude-sonnet-4");
  CHECK(resolve(Alias{}, "") == "");
}

TEST_CASE("names are rewritten to the canonical spelling by the documented order", "[alias]") {
  auto alias = canonical("DeepSeek-V4-Pro");
  alias.sources = {"Other"};
  CHECK(resolve(alias, "DeepSeek-V4-Pro") == "DeepSeek-V4-Pro");
  CHECK(resolve(alias, "deepseek-v4-pro") == "DeepSeek-V4-Pro");
  CHECK(resolve(alias, "claude-sonnet-4") == "DeepSeek-V4-Pro");
  CHECK(resolve(alias, "CLAUDE-x") == "DeepSeek-V4-Pro");
  CHECK(resolve(alias, "other") == "DeepSeek-V4-Pro");
  CHECK(resolve(alias, "unknown") == "unknown");
  CHECK(resolve(alias, "") == "");
}

TEST_CASE("rewrite_all takes every name that is not empty", "[alias]") {
  auto alias = canonical("m");
  alias.rewrite_all = true;
  CHECK(resolve(alias, "anything") == "m");
  CHECK(resolve(alias, "") == "");
}

TEST_CASE("claude_prefix can be switched off", "[alias]") {
  auto alias = canonical("m");
  alias.claude_prefix = false;
  CHECK(resolve(alias, "claude-x") == "claude-x");
}

TEST_CASE("the map comes before the list and ignores letter case", "[alias]") {
  auto alias = canonical("m");
  alias.map["Claude-Haiku"] = "small";
  CHECK(resolve(alias, "claude-haiku") == "small");
  CHECK(resolve(alias, "claude-opus") == "m");
}

TEST_CASE("a nonthinking suffix is split off in any letter case", "[alias]") {
  CHECK(split_suffix("Claude-Sonnet-4-6-NonThink").base == "Claude-Sonnet-4-6");
  CHECK(split_suffix("Claude-Sonnet-4-6-NonThink").reasoning_off);
  CHECK(split_suffix("qwen-nonthinking").base == "qwen");
  CHECK_FALSE(split_suffix("qwen-thinking").reasoning_off);
  CHECK_FALSE(split_suffix("-nonthink").reasoning_off);
}

}  // namespace alias_test
