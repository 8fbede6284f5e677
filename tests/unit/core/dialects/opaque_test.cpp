#include "core/dialects/opaque.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <string>

using namespace llmgw;

TEST_CASE("opaque data: what is wrapped comes back", "[dialects]") {
  const std::string bytes("a\"\\\n\xC3\xA9 \xE2\x80\xA8", 10);
  const dialect::Carried carried{"gemini", "call", bytes, "thought", "call_7"};
  const auto text = dialect::wrap(carried);
  CHECK(text.starts_with("llmgw1."));
  CHECK(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") ==
        std::string::npos);
  const auto back = dialect::unwrap(text);
  REQUIRE(back);
  CHECK(back->origin == "gemini");
  CHECK(back->kind == "call");
  CHECK(back->data == bytes);
  CHECK(back->text == "thought");
  CHECK(back->id == "call_7");
}

TEST_CASE("opaque data: anything else is not taken for it", "[dialects]") {
  const std::string text = GENERATE("", "EqQB", "llmgw1", "llmgw1.!!!", "llmgw1.W10", "llmgw1.bm9wZQ", "llmgw2.e30");
  CHECK_FALSE(dialect::unwrap(text));
}

TEST_CASE("opaque data: a signature is plain for its own family and wrapped for others", "[dialects]") {
  ir::Reasoning reasoning;
  reasoning.text = "Hm.";
  reasoning.signature = "EqQB";
  reasoning.origin = "anthropic";
  CHECK(dialect::signature_for(reasoning, "anthropic") == "EqQB");
  const auto foreign = dialect::signature_for(reasoning, "openai");
  ir::Reasoning back;
  back.text = "Hm.";
  dialect::read_signature(foreign, "openai", back);
  CHECK(back.origin == "anthropic");
  CHECK(back.signature == "EqQB");
}

TEST_CASE("opaque data: reasoning that nobody signed never has an empty signature", "[dialects]") {
  ir::Reasoning reasoning;
  reasoning.text = "Hm.";
  reasoning.origin = "openai";
  const auto text = dialect::signature_for(reasoning, "anthropic");
  CHECK(dialect::is_wrapped(text));
  ir::Reasoning back;
  dialect::read_signature(text, "anthropic", back);
  CHECK(back.origin == "openai");
  CHECK(back.signature.empty());
}

TEST_CASE("opaque data: encrypted reasoning finds its way back through a signature field", "[dialects]") {
  ir::Reasoning reasoning;
  reasoning.encrypted = "gAAA";
  reasoning.origin = "openai";
  const auto text = dialect::encrypted_for(reasoning, "anthropic");
  ir::Reasoning back;
  dialect::read_signature(text, "anthropic", back);
  CHECK(back.origin == "openai");
  CHECK(back.encrypted == "gAAA");
  CHECK(back.signature.empty());
}

TEST_CASE("opaque data: a client's own signature belongs to its family, a damaged wrap to nobody", "[dialects]") {
  ir::Reasoning own;
  dialect::read_signature("EqQB", "anthropic", own);
  CHECK(own.origin == "anthropic");
  CHECK(own.signature == "EqQB");
  ir::Reasoning damaged;
  dialect::read_signature("llmgw1.%%%", "anthropic", damaged);
  CHECK(damaged.signature.empty());
}
