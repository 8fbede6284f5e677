#pragma once

#include <string>
#include <string_view>

#include "core/base/ids.h"

namespace llmgw::sim {

/// A JSON text that a JSON Schema accepts, as far as it uses the usual words: type, properties, required, items,
/// enum, const, default, anyOf, oneOf, allOf's first, $ref inside the schema. All properties are given; texts hold an
/// escape and a character beyond ASCII, as real arguments do. `{}` for a schema that is missing or malformed.
std::string sample_json(std::string_view schema, IdSource& random);

}  // namespace llmgw::sim
