#include "core/dialects/anthropic_messages/schemas.h"

#include <catch2/catch_test_macros.hpp>

namespace messages_schemas_test {

using llmgw::dialect::messages::structured_schema;

TEST_CASE("an output schema with both kinds of alternatives keeps both", "[messages][request]") {
  CHECK(structured_schema(R"({"oneOf":[{"type":"string"}],"anyOf":[{"type":"integer"}]})") ==
        R"({"anyOf":[{"type":"integer"}],"allOf":[{"anyOf":[{"type":"string"}]}]})");
  CHECK(structured_schema(R"({"oneOf":[{"type":"string"}],"allOf":[{"type":"null"}],"anyOf":[{"type":"integer"}]})") ==
        R"({"anyOf":[{"type":"integer"}],"allOf":[{"type":"null"},{"anyOf":[{"type":"string"}]}]})");
}

TEST_CASE("an output schema's single kind of alternatives is anyOf", "[messages][request]") {
  CHECK(structured_schema(R"({"oneOf":[{"type":"string"}]})") == R"({"anyOf":[{"type":"string"}]})");
  CHECK(structured_schema(R"({"allOf":[{"type":"string"}],"oneOf":[{"type":"null"}]})") ==
        R"({"allOf":[{"type":"string"}],"anyOf":[{"type":"null"}]})");
}

}  // namespace messages_schemas_test
