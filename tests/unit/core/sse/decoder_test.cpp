#include "core/sse/decoder.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace llmgw::sse {
namespace decoder_test {

struct Event {
  std::string event;
  std::string data;
  std::string id;
  std::string raw;
  bool unterminated = false;
  bool operator==(const Event&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Event& event) {
    return out << '{' << event.event << '|' << event.data << '|' << event.id << '|' << event.raw << '|'
               << event.unterminated << '}';
  }
};

void take_all(Decoder& decoder, std::vector<Event>& out) {
  for (;;) {
    const auto frame = decoder.next();
    REQUIRE(frame.has_value());
    if (!*frame) return;
    out.push_back({std::string((*frame)->event), std::string((*frame)->data), std::string((*frame)->id),
                   std::string((*frame)->raw), (*frame)->unterminated});
  }
}

/// Decodes pieces, each from a buffer that is gone before the next one comes.
std::vector<Event> decode(const std::vector<std::string>& pieces) {
  Decoder decoder;
  std::vector<Event> events;
  for (const std::string& piece : pieces) {
    auto copy = std::make_unique<std::string>(piece);
    decoder.feed(*copy);
    take_all(decoder, events);
  }
  decoder.finish();
  take_all(decoder, events);
  CHECK(decoder.pending() == 0);
  return events;
}

std::vector<Event> whole(const std::string& text) { return decode({text}); }

std::vector<Event> bytewise(const std::string& text) {
  std::vector<std::string> pieces;
  for (const char c : text) pieces.emplace_back(1, c);
  return decode(pieces);
}

/// What must not depend on where reads were cut, whatever the line ends.
std::vector<Event> without_raw(std::vector<Event> events) {
  for (Event& event : events) event.raw.clear();
  return events;
}

TEST_CASE("sse decoder joins data lines with a line feed and takes off one space", "[sse]") {
  const auto events = whole("data: {\"a\":\ndata:  1}\ndata:x\ndata\n\n");
  REQUIRE(events.size() == 1);
  CHECK(events[0].data == "{\"a\":\n 1}\nx\n");
}

TEST_CASE("sse decoder knows LF, CR LF and CR, mixed", "[sse]") {
  const auto events =
      without_raw(whole("data: 1\r\rdata: 2\r\n\r\ndata: 3\n\ndata: 4\r\n\ndata: 5\n\r\n\rdata: 6\r\r\n"));
  REQUIRE(events.size() == 6);
  for (std::size_t i = 0; i < events.size(); ++i) CHECK(events[i].data == std::to_string(i + 1));
}

TEST_CASE("sse decoder resets the event name and keeps the id", "[sse]") {
  // The last event holds an id with a NUL, which does not count (WHATWG HTML, "Server-sent events", 9.2.6).
  using std::string_literals::operator""s;
  const auto events = whole("event: a\nid: 7\ndata: 1\n\ndata: 2\n\nid\ndata: 3\n\nid: x\nid: a\0b\ndata: 4\n\n"s);
  REQUIRE(events.size() == 4);
  CHECK(events[0].event == "a");
  CHECK(events[0].id == "7");
  CHECK(events[1].event == "");
  CHECK(events[1].id == "7");
  CHECK(events[2].id == "");
  CHECK(events[3].id == "x");
}

TEST_CASE("sse decoder ignores an id with NUL", "[sse]") {
  const std::string text("id: 1\nid: a\0b\ndata: 4\n\n", 23);
  const auto events = whole(text);
  REQUIRE(events.size() == 1);
  CHECK(events[0].id == "1");
}

TEST_CASE("sse decoder drops events without data, and their name", "[sse]") {
  const auto events = whole("event: ping\n\n\n\nretry: 10\nfoo: bar\n\ndata: 1\n\nid: 9\n\ndata:\n\n");
  REQUIRE(events.size() == 2);
  CHECK(events[0].event == "");
  CHECK(events[0].raw == "data: 1\n\n");
  CHECK(events[1].data == "");
  CHECK(events[1].id == "9");
}

TEST_CASE("sse decoder field names are case-sensitive and whole", "[sse]") {
  CHECK(whole("Data: 1\nDATA: 2\n data: 3\ndata : 4\ndatax: 5\n\n").empty());
}

TEST_CASE("sse decoder counts comments, which end no event", "[sse]") {
  Decoder decoder;
  std::vector<Event> events;
  decoder.feed(": one\n\n:\ndata: a\n: two\ndata: b\n\n:three");
  take_all(decoder, events);
  REQUIRE(events.size() == 1);
  CHECK(events[0].data == "a\nb");
  CHECK(events[0].raw == "data: a\n: two\ndata: b\n\n");
  CHECK(decoder.comments() == 3);
  decoder.feed("\n");
  take_all(decoder, events);
  CHECK(decoder.comments() == 4);
  CHECK(decoder.pending() == 0);
}

TEST_CASE("sse decoder drops one byte order mark, wherever it is cut", "[sse]") {
  const std::string text =
      "\xEF\xBB\xBF"
      "data: 1\n\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const auto events = decode({text.substr(0, cut), text.substr(cut)});
    REQUIRE(events.size() == 1);
    CHECK(events[0].data == "1");
    CHECK(events[0].raw == "data: 1\n\n");
  }
  CHECK(bytewise("\xEF\xBB\xBF\xEF\xBB\xBF"
                 "data: 1\n\n")
            .empty());
  CHECK(whole("\xEF\xBB"
              "data: 1\n\n")
            .empty());
  CHECK(bytewise("\xEF\xBB"
                 "data: 1\n\ndata: 2\n\n")
            .size() == 1);
}

TEST_CASE("sse decoder flags a last event without its blank line", "[sse]") {
  for (const std::string text :
       {"data: 1\n\nevent: e\ndata: {\"last\":true}", "data: 1\n\nevent: e\ndata: {\"last\":true}\n",
        "data: 1\n\nevent: e\ndata: {\"last\":true}\n:c"}) {
    const auto events = whole(text);
    REQUIRE(events.size() == 2);
    CHECK_FALSE(events[0].unterminated);
    CHECK(events[1].unterminated);
    CHECK(events[1].event == "e");
    CHECK(events[1].data == "{\"last\":true}");
    CHECK(events == bytewise(text));
  }
  CHECK(whole("data: 1\n\nevent: e").size() == 1);
}

TEST_CASE("sse decoder takes a CR at the end of a read for a line end at once", "[sse]") {
  Decoder decoder;
  std::vector<Event> events;
  decoder.feed("data: 1\r\n\r");
  take_all(decoder, events);
  REQUIRE(events.size() == 1);
  // Complete as it will have been, for clients that look for both bytes.
  CHECK(events[0].raw == "data: 1\r\n\r\n");
  decoder.feed("\n");
  take_all(decoder, events);
  CHECK(decoder.pending() == 0);
  decoder.feed("data: 2\r");
  decoder.feed("\r");
  take_all(decoder, events);
  REQUIRE(events.size() == 2);
  CHECK(events[1].raw == "data: 2\r\r");
}

TEST_CASE("sse decoder gives the same events for every cut", "[sse]") {
  const std::string lines =
      "\xEF\xBB\xBF: hi\n\nevent: a\nid: 5\ndata: {\"t\":\"안녕 😀\"}\n: mid\ndata: second line, long enough\n\n\n"
      "event: no data\n\ndata\ndata: x\n\nretry: 3\nfoo\ndata:[DONE] \n\ndata: cut";
  const auto [name, line_end] =
      GENERATE(table<std::string, std::string>({{"LF", "\n"}, {"CR LF", "\r\n"}, {"CR", "\r"}}));
  INFO(name);
  std::string text;
  for (const char c : lines) {
    if (c == '\n') {
      text += line_end;
    } else {
      text += c;
    }
  }
  const auto expected = whole(text);
  REQUIRE(expected.size() == 4);
  CHECK(expected[0].data == "{\"t\":\"안녕 😀\"}\nsecond line, long enough");
  CHECK(expected[3].unterminated);
  CHECK(bytewise(text) == expected);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    REQUIRE(decode({text.substr(0, cut), text.substr(cut)}) == expected);
    for (std::size_t second = cut; second <= text.size(); second += 3) {
      REQUIRE(decode({text.substr(0, cut), text.substr(cut, second - cut), text.substr(second)}) == expected);
    }
  }
}

TEST_CASE("sse decoder gives the same events for random streams and cuts", "[sse]") {
  const std::vector<std::string> parts{"data", ":",        " ",        "data: x",      "event: e", "id: i",
                                       "\n",   "\n",       "\r",       "\r\n",         ": c",      "\n\n",
                                       "\r\r", "\r\n\r\n", "retry: 1", "\xEF\xBB\xBF", "안",       "y"};
  for (unsigned seed = 0; seed < 5000; ++seed) {
    std::mt19937 random(seed);
    std::string text;
    for (std::size_t n = random() % 30; n > 0; --n) text += parts[random() % parts.size()];
    INFO("seed " << seed);
    const auto expected = without_raw(whole(text));
    REQUIRE(without_raw(bytewise(text)) == expected);
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = random() % 8;
      pieces.push_back(text.substr(at, size));
      at += size;
    }
    REQUIRE(without_raw(decode(pieces)) == expected);
  }
}

TEST_CASE("sse decoder accepts bytes before the last ones are read", "[sse]") {
  const std::string text = "data: 1\n\ndata: 2\r\n\r\ndata: 3\n\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Decoder decoder;
    std::vector<Event> events;
    decoder.feed(text.substr(0, 0));
    decoder.feed(std::string_view(text).substr(0, cut));
    const auto first = decoder.next();
    REQUIRE(first.has_value());
    if (*first) events.push_back({"", std::string((*first)->data), "", "", false});
    decoder.feed(std::string_view(text).substr(cut));
    decoder.finish();
    take_all(decoder, events);
    REQUIRE(events.size() == 3);
    CHECK(events[0].data == "1");
    CHECK(events[1].data == "2");
    CHECK(events[2].data == "3");
  }
}

TEST_CASE("sse decoder copies nothing while events arrive whole", "[sse]") {
  const std::string text = "event: e\ndata: 1\n\ndata: 2\n\n";
  Decoder decoder;
  decoder.feed(text);
  for (int i = 0; i < 2; ++i) {
    const auto frame = decoder.next();
    REQUIRE(frame.has_value());
    REQUIRE(frame->has_value());
    CHECK((*frame)->data.data() >= text.data());
    CHECK((*frame)->data.data() < text.data() + text.size());
    CHECK((*frame)->raw.data() >= text.data());
  }
  CHECK_FALSE(decoder.next()->has_value());
  CHECK(decoder.pending() == 0);
}

TEST_CASE("sse decoder tells how much of an unfinished event it holds", "[sse]") {
  Decoder decoder;
  decoder.feed("data: 1\n\ndata: 2");
  CHECK((*decoder.next())->data == "1");
  CHECK_FALSE(decoder.next()->has_value());
  CHECK(decoder.pending() == 7);
  decoder.feed("3\n\n");
  CHECK((*decoder.next())->data == "23");
  CHECK(decoder.pending() == 0);
}

TEST_CASE("sse decoder refuses an event over the limit, however it is cut", "[sse][req-30]") {
  const std::string fits = "data: 12345\n\n";
  const std::string text = fits + "data: 1234567\n\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Decoder decoder(fits.size());
    std::size_t events = 0;
    bool refused = false;
    for (const auto piece : {std::string_view(text).substr(0, cut), std::string_view(text).substr(cut)}) {
      decoder.feed(piece);
      for (;;) {
        const auto frame = decoder.next();
        if (!frame) {
          CHECK(frame.error().code == Errc::upstream_protocol);
          CHECK(frame.error().message == "an event of the stream is larger than 13 bytes");
          refused = true;
          break;
        }
        if (!*frame) break;
        ++events;
      }
    }
    CHECK(refused);
    CHECK(events == 1);
  }
}

TEST_CASE("sse decoder reads a very long line in linear time", "[sse]") {
  Decoder decoder;
  const std::string piece(1000, 'x');
  decoder.feed("data: ");
  REQUIRE(decoder.next().has_value());
  // Twenty megabytes in 20,000 reads: a decoder that looks at a line from its start at each read needs minutes.
  for (int i = 0; i < 20'000; ++i) {
    decoder.feed(piece);
    REQUIRE_FALSE(decoder.next()->has_value());
  }
  decoder.feed("\n\n");
  CHECK((*decoder.next())->data.size() == 20'000'000);
}

}  // namespace decoder_test
}  // namespace llmgw::sse
