#include "core/health/target.h"

#include "core/dialects/error_body.h"

namespace llmgw::health {

std::string path_at(const Target& target, std::string_view path) {
  constexpr std::string_view api = "{api}";
  if (path.starts_with(api)) return target.api_path + std::string(path.substr(api.size()));
  return target.root_path + std::string(path);
}

void redact(const Target& target, std::string& text) {
  // What is shorter is no credential (`x-team: a`), and would tear holes into every answer.
  constexpr std::size_t shortest = 6;
  dialect::hide_credential(text, target.key.reveal(), shortest);
  for (const auto& [name, value] : target.headers) {
    dialect::hide_credential(text, value.reveal(), shortest);
    dialect::hide_header_credential(text, value.reveal());
  }
}

}  // namespace llmgw::health
