#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <filesystem>

#include "core/dialects/dialect.h"
#include "support/fixtures.h"
#include "support/request_text.h"

namespace paired_requests {

using namespace llmgw;
namespace fs = std::filesystem;

const dialect::Dialect& chat = dialect::openai_chat;
const dialect::Dialect& messages = dialect::anthropic_messages;

// Recorded with other words in the two formats.
const std::vector<std::string> other_words{
    "instructions/request.json",
    "prompt-cache-key/request.json",
    "stop-sequences/request.json",
    "tool-choice-required/request.json",
};

struct Way {
  const dialect::Dialect& from;
  const dialect::Dialect& to;
  const std::string& body;
};

struct Pair {
  std::string name;
  std::string chat;
  std::string messages;
};

std::vector<Pair> pairs() {
  std::vector<Pair> out;
  for (const auto& entry : fs::directory_iterator(fixtures::root() / "paired")) {
    for (const std::string step : {"request.json", "followup-request.json"}) {
      const auto one = entry.path() / ("openai-chat." + step);
      const auto other = entry.path() / ("anthropic." + step);
      if (!fs::exists(one) || !fs::exists(other)) continue;
      out.push_back({entry.path().filename().string() + "/" + step, fixtures::read(one), fixtures::read(other)});
    }
  }
  std::ranges::sort(out, {}, &Pair::name);
  return out;
}

Result<ir::Request> decode(const dialect::Dialect& dialect, const std::string& body) {
  TRY(const auto view, json::parse(body));
  return dialect.decode_request(view);
}

// The request of one format as the other format's service reads it.
Result<ir::Request> translated(const ir::Request& request, const dialect::Dialect& to) {
  ir::Notes notes;
  TRY(const auto body, to.encode_request(request, dialect::Traits{}, notes));
  return decode(to, body);
}

TEST_CASE("paired requests keep their meaning in the other format", "[dialects][fixtures]") {
  if (!fixtures::available()) SKIP("no recorded requests beside the repository");
  const auto all = pairs();
  CHECK(all.size() > 20);
  for (const auto& pair : all) {
    INFO(pair.name);
    for (const auto& [from, to, body] : {Way{chat, messages, pair.chat}, Way{messages, chat, pair.messages}}) {
      const auto request = decode(from, body);
      REQUIRE(request);
      const auto there = translated(*request, to);
      REQUIRE(there);
      CHECK(fixtures::text_of(*there) == fixtures::text_of(*request));
    }
  }
}

TEST_CASE("paired requests ask for the same as the recorded request of the other format", "[dialects][fixtures]") {
  if (!fixtures::available()) SKIP("no recorded requests beside the repository");
  for (const auto& pair : pairs()) {
    const bool comparable = !pair.name.ends_with("followup-request.json");  // the models' answers in them differ
    if (!comparable || std::ranges::find(other_words, pair.name) != other_words.end()) continue;
    INFO(pair.name);
    const auto one = decode(chat, pair.chat);
    const auto other = decode(messages, pair.messages);
    REQUIRE((one && other));
    const auto there = translated(*one, messages);
    const auto back = translated(*other, chat);
    REQUIRE((there && back));
    CHECK(fixtures::text_of(*there) == fixtures::text_of(*other));
    CHECK(fixtures::text_of(*back) == fixtures::text_of(*one));
  }
}

}  // namespace paired_requests
