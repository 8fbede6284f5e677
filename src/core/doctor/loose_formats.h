#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/secret.h"

/// The formats of other programs' settings, read only as far as doctor needs them.
namespace llmgw::doctor {

/// JSON with comments and commas before a closing bracket, as editors write it, as plain JSON of the same length.
std::string plain_json(std::string_view text);

using Settings = std::map<std::string, Secret, std::less<>>;

/// The `KEY=value` lines of a .env file; `export` in front, quotes around and comments are taken off.
Settings read_dotenv(std::string_view text);

/// The `key: value` lines of the outermost level of a YAML file. Lists and nested tables are passed over.
Settings read_flat_yaml(std::string_view text);

}  // namespace llmgw::doctor
