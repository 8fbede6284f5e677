#include "core/ir/notes.h"

#include <catch2/catch_test_macros.hpp>

using llmgw::Errc;
using llmgw::ir::NoteAction;
using llmgw::ir::Notes;

TEST_CASE("notes header lists path and action and stops after eight", "[ir]") {
  Notes notes;
  for (int i = 0; i < 12; ++i) notes.add("field" + std::to_string(i), NoteAction::dropped);
  const auto header = notes.header();
  CHECK(header.starts_with("field0=dropped, field1=dropped"));
  CHECK(header.ends_with("field7=dropped"));
}

TEST_CASE("notes header holds visible ASCII only and at most 1024 bytes", "[ir]") {
  Notes notes;
  notes.add("a b,c=\r\n\xc3\xa9", NoteAction::clamped);
  CHECK(notes.header() == "a_b_c_____=clamped");
  Notes longer;
  for (int i = 0; i < 8; ++i) longer.add(std::string(200, static_cast<char>('a' + i)), NoteAction::renamed);
  CHECK(longer.header().size() <= 1024);
  CHECK(longer.header().starts_with("aaa"));
}

TEST_CASE("the same note is kept once", "[ir]") {
  Notes notes;
  notes.add("seed", NoteAction::dropped);
  notes.add("seed", NoteAction::dropped);
  CHECK(notes.all().size() == 1);
}

TEST_CASE("strict mode refuses the first dropped field by name and lets clamped ones pass", "[ir]") {
  Notes notes;
  notes.add("temperature", NoteAction::clamped);
  CHECK(notes.strict().has_value());
  notes.add("seed", NoteAction::dropped);
  const auto refused = notes.strict();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Errc::invalid_request);
  CHECK(refused.error().param == "seed");
  CHECK(refused.error().wire_code == "unsupported_parameter");
}

TEST_CASE("a request full of losses costs a bounded number of notes, and strict mode still sees the first", "[ir]") {
  Notes notes;
  for (int i = 0; i < 200'000; ++i) notes.add("field" + std::to_string(i), NoteAction::renamed);
  CHECK(notes.all().size() == 128);
  for (int i = 0; i < 200'000; ++i) notes.add("lost" + std::to_string(i), NoteAction::dropped);
  CHECK(notes.all().size() == 129);
  const auto refused = notes.strict();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().param == "lost0");
}
