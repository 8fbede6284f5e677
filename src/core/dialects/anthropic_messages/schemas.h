#pragma once

#include <string>
#include <string_view>

namespace llmgw::dialect::messages {

/// A tool's parameter schema as the API takes it: the root is an object without `anyOf`, `oneOf` or `allOf`.
struct ToolSchema {
  std::string json;
  bool merged = false;  ///< alternatives at the root were merged into one object: a note is due
};
ToolSchema tool_schema(std::string_view schema);

/// An output schema as structured outputs take it: objects are closed, `oneOf` is `anyOf`, and limits that the
/// service refuses (`minimum`, `maxLength`, ...) stand in the description instead.
std::string structured_schema(std::string_view schema);

}  // namespace llmgw::dialect::messages
