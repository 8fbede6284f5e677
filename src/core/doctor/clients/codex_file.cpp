#include "core/doctor/clients/codex_file.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/config/document.h"

namespace llmgw::doctor {
namespace codex_file {

using Table = config::Node::Table;

// openai/codex issue 11698: tables with these names do not change the built-in providers.
constexpr std::array<std::string_view, 3> built_in{"openai", "ollama", "lmstudio"};

const config::Node* member(const Table& table, std::string_view key) {
  const auto found = std::ranges::find(table, key, &config::Member::key);
  return found == table.end() ? nullptr : &found->node;
}

std::string text(const Table& table, std::string_view key) {
  const auto* node = member(table, key);
  const auto* value = node == nullptr ? nullptr : node->as<std::string>();
  return value == nullptr ? std::string{} : *value;
}

const Table* table(const Table& around, std::string_view key) {
  const auto* node = member(around, key);
  return node == nullptr ? nullptr : node->as<Table>();
}

}  // namespace codex_file

Result<CodexFile> read_codex_file(const File& file) {
  using namespace codex_file;
  TRY(const auto root, config::parse_document(file.text.reveal(), file.path));
  CodexFile read;
  const auto* top = root.as<Table>();
  if (top == nullptr) return read;
  if (auto named = text(*top, "model_provider"); !named.empty()) read.provider = std::move(named);
  read.openai_base_url = text(*top, "openai_base_url");
  const auto* providers = table(*top, "model_providers");
  if (providers == nullptr) return read;
  for (const auto name : built_in) {
    if (member(*providers, name) != nullptr) read.overridden.emplace_back(name);
  }
  const auto* chosen = table(*providers, read.provider);
  if (chosen == nullptr) return read;
  read.has_table = true;
  read.base_url = text(*chosen, "base_url");
  read.wire_api = text(*chosen, "wire_api");
  read.env_key = text(*chosen, "env_key");
  read.bearer = Secret(text(*chosen, "experimental_bearer_token"));
  return read;
}

}  // namespace llmgw::doctor
