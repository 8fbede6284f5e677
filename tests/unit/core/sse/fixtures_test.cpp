#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "core/sse/decoder.h"

namespace llmgw::sse {
namespace fixtures_test {

using Json = nlohmann::json;

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

void take_all(Decoder& decoder, Json& events, bool& unterminated) {
  for (;;) {
    const auto frame = decoder.next();
    REQUIRE(frame.has_value());
    if (!*frame) return;
    Json event{{"event", nullptr}, {"data", std::string((*frame)->data)}};
    if (!(*frame)->event.empty()) event["event"] = std::string((*frame)->event);
    if (!(*frame)->id.empty()) event["id"] = std::string((*frame)->id);
    events.push_back(std::move(event));
    unterminated = (*frame)->unterminated;
  }
}

/// Decodes a stream cut at the given rising offsets and compares it with what is expected; false where they differ.
bool matches(const std::string& stream, const std::vector<std::size_t>& cuts, const Json& expected) {
  Decoder decoder;
  Json events = Json::array();
  bool unterminated = false;
  std::size_t at = 0;
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const std::size_t next = std::min(i < cuts.size() ? cuts[i] : stream.size(), stream.size());
    const std::string piece = stream.substr(at, next - at);
    decoder.feed(piece);
    take_all(decoder, events, unterminated);
    at = next;
  }
  decoder.finish();
  take_all(decoder, events, unterminated);
  INFO(Json(cuts).dump());
  CHECK(events == expected.at("events"));
  CHECK(unterminated == expected.value("unterminated", false));
  return events == expected.at("events") && unterminated == expected.value("unterminated", false);
}

bool matches_however_cut(const std::string& stream, const Json& expected) {
  bool all = matches(stream, {}, expected);
  std::vector<std::size_t> every;
  for (std::size_t cut = 0; all && cut <= stream.size(); ++cut) {
    all = matches(stream, {cut}, expected);
    every.push_back(cut);
  }
  all = all && matches(stream, every, expected);
  if (!all || !expected.contains("read_offsets")) return all;
  return matches(stream, expected.at("read_offsets").get<std::vector<std::size_t>>(), expected);
}

std::string with_line_ends(const std::string& stream, const std::string& line_end) {
  std::string out;
  for (const char c : stream) {
    if (c == '\n') {
      out += line_end;
    } else {
      out += c;
    }
  }
  return out;
}

TEST_CASE("sse decoder reads the edge-case streams", "[sse]") {
  const std::filesystem::path folder = LLMGW_FIXTURES_DIR "/sse-edge";
  if (!std::filesystem::exists(folder)) SKIP("no recorded streams beside the source tree");
  int passed = 0;
  int failed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!std::filesystem::exists(entry.path() / "expected.json")) continue;
    INFO(entry.path().filename().string());
    const std::string stream = read(entry.path() / "stream.sse");
    const Json expected = Json::parse(read(entry.path() / "expected.json"));
    bool right = matches_however_cut(stream, expected);
    if (stream.find('\r') == std::string::npos) {
      right = matches_however_cut(with_line_ends(stream, "\r\n"), expected) && right;
      right = matches_however_cut(with_line_ends(stream, "\r"), expected) && right;
    }
    ++(right ? passed : failed);
  }
  std::printf("fixtures %-16s %3d passed %d failed\n", "sse-edge", passed, failed);
  CHECK(passed > 0);
}

}  // namespace fixtures_test
}  // namespace llmgw::sse
