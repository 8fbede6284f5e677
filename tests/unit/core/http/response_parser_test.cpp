#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/http/parser.h"

namespace llmgw::http {
namespace response_parser_test {

using Catch::Matchers::ContainsSubstring;

struct Outcome {
  int status = 0;
  std::string reason;
  std::string body;
  bool keep_alive = false;
  bool done = false;
  std::size_t used = 0;
  std::string error;
  bool operator==(const Outcome&) const = default;
};

/// Feeds pieces as they would be read, then the end of the connection where the response is not done.
Outcome read(const std::vector<std::string>& pieces, bool head_request = false) {
  ResponseParser parser(head_request);
  Outcome outcome;
  for (const std::string& piece : pieces) {
    if (parser.done()) break;
    const auto used = parser.feed(piece, outcome.body);
    if (!used) {
      CHECK(used.error().code == Errc::upstream_protocol);
      outcome.error = used.error().message;
      return outcome;
    }
    outcome.used += *used;
  }
  outcome.done = parser.done();
  if (const auto finished = parser.finish(); !finished) {
    CHECK(finished.error().code == Errc::upstream_protocol);
    outcome.error = finished.error().message;
  }
  outcome.status = parser.head().status;
  outcome.reason = parser.head().reason;
  outcome.keep_alive = parser.head().keep_alive;
  return outcome;
}

struct Example {
  std::string text;
  Outcome outcome;
};

std::vector<Example> examples() {
  return {
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", {200, "OK", "hello", true, true, 0, ""}},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x\r\n world\r\n0\r\nX-T: 1\r\n\r\n",
       {200, "OK", "hello world", true, true, 0, ""}},
      {"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nuntil\r\n\r\nclose",
       {200, "OK", "until\r\n\r\nclose", false, false, 0, ""}},
      {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", {200, "OK", "ok", false, true, 0, ""}},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 201 Created\r\n"
       "content-length: 0\r\n\r\n",
       {201, "Created", "", true, true, 0, ""}},
      {"HTTP/1.1 204 No Content\r\n\r\n", {204, "No Content", "", true, true, 0, ""}},
      {"HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", {304, "Not Modified", "", true, true, 0, ""}},
      {"HTTP/1.1 429 \r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", {429, "", "x", false, true, 0, ""}},
      {"HTTP/1.1 503\r\nContent-Length: 1\r\n\r\nx", {503, "", "x", true, true, 0, ""}},
      {"HTTP/1.1 529 Site is \xC3\xBC"
       "berlastet\r\nContent-Length: 0\r\n\r\n",
       {529,
        "Site is \xC3\xBC"
        "berlastet",
        "", true, true, 0, ""}},
  };
}

TEST_CASE("http response parser reads every kind of body cut anywhere", "[http]") {
  for (auto& [text, expected] : examples()) {
    INFO(text);
    expected.used = text.size();
    CHECK(read({text}) == expected);
    std::vector<std::string> bytes;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      REQUIRE(read({text.substr(0, cut), text.substr(cut)}) == expected);
      for (std::size_t second = cut; second <= text.size(); second += 4) {
        REQUIRE(read({text.substr(0, cut), text.substr(cut, second - cut), text.substr(second)}) == expected);
      }
      if (cut < text.size()) bytes.push_back(text.substr(cut, 1));
    }
    REQUIRE(read(bytes) == expected);
  }
}

TEST_CASE("http response parser hands on body bytes as they come", "[http]") {
  ResponseParser parser;
  std::string body;
  REQUIRE(parser.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1e\r\ndata: 1", body).has_value());
  CHECK(parser.head_done());
  CHECK(body == "data: 1");
  REQUIRE(parser.feed("2\n\ndata: 3456789 01234\n", body).has_value());
  CHECK(body == "data: 12\n\ndata: 3456789 01234\n");
  REQUIRE(parser.feed("\r\n0", body).has_value());
  CHECK_FALSE(parser.done());
  REQUIRE(parser.feed("\r\n\r\n", body).has_value());
  CHECK(parser.done());
  CHECK(parser.finish().has_value());
}

TEST_CASE("http response parser reports a body that is cut", "[http]") {
  const auto [text, message] = GENERATE(table<std::string, std::string>({
      {"", "before an answer"},
      {"HTTP/1.1 200 OK\r\nConte", "inside the headers"},
      {"HTTP/1.1 100 Continue\r\n\r\n", "inside the headers"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "after 3 of 10 bytes"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "before the last chunk"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "before the last chunk"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", "before the last chunk"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n", "before the last chunk"},
  }));
  const Outcome outcome = read({text});
  CHECK_FALSE(outcome.done);
  CHECK_THAT(outcome.error, ContainsSubstring("the server closed the connection"));
  CHECK_THAT(outcome.error, ContainsSubstring(message));
}

TEST_CASE("http response parser refuses what is not exactly HTTP", "[http]") {
  const std::string text = GENERATE(
      "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/2 200\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "ICY 200 OK\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n",
      "HTTP/1.1200 OK\r\n\r\n", "<html>\r\n\r\n", "{\"error\":1}\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", "HTTP/1.1 200 OK\r\nX : a\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n",
      "HTTP/1.1 200 OK\r\n: a\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nSet-Cookie: a\r\n\r\n");
  INFO(text);
  const Outcome outcome = read({text});
  CHECK_THAT(outcome.error, ContainsSubstring("invalid HTTP response"));
  std::vector<std::string> bytes;
  for (const char c : text) bytes.emplace_back(1, c);
  CHECK_THAT(read(bytes).error, ContainsSubstring("invalid HTTP response"));
}

TEST_CASE("http response parser expects no body after HEAD", "[http]") {
  for (const std::string framing : {"Content-Length: 10\r\n", "Transfer-Encoding: chunked\r\n", ""}) {
    const Outcome outcome = read({"HTTP/1.1 200 OK\r\n" + framing + "\r\n"}, true);
    CHECK(outcome.done);
    CHECK(outcome.error == "");
    CHECK(outcome.keep_alive);
  }
}

TEST_CASE("http response parser does not use a connection again after a body that must not be", "[http]") {
  CHECK_FALSE(read({"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"}).keep_alive);
  CHECK_FALSE(read({"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n"}).keep_alive);
  CHECK(read({"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"}).keep_alive);
  CHECK_FALSE(read({"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"}).keep_alive);
}

TEST_CASE("http response parser is ready for the next response after a reset", "[http]") {
  const std::string first = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
  const std::string second = "HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\nX: y\r\n\r\nb";
  ResponseParser parser;
  std::string body;
  CHECK(parser.feed(first + second, body) == first.size());
  REQUIRE(parser.done());
  parser.reset();
  CHECK_FALSE(parser.started());
  CHECK_FALSE(parser.head_done());
  CHECK(parser.feed(second, body) == second.size());
  REQUIRE(parser.done());
  CHECK(parser.head().status == 404);
  CHECK(parser.head().headers.size() == 2);
  CHECK(body == "ab");
  parser.reset();
  CHECK_FALSE(parser.feed("nonsense\r\n\r\n", body).has_value());
  CHECK_FALSE(parser.feed(second, body).has_value());
  parser.reset(true);
  CHECK(parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", body).has_value());
  CHECK(parser.done());
}

TEST_CASE("http response parser bounds the head but not the body", "[http]") {
  Limits limits;
  limits.head_bytes = 100;
  limits.body_bytes = 3;
  ResponseParser parser(false, limits);
  std::string body;
  CHECK(parser.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n", body)
            .has_value());
  CHECK(parser.done());
  parser.reset();
  CHECK_FALSE(parser.feed("HTTP/1.1 200 OK\r\nX: " + std::string(100, 'x'), body).has_value());
}

}  // namespace response_parser_test
}  // namespace llmgw::http
