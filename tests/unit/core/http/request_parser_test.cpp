#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/http/parser.h"

namespace llmgw::http {
namespace request_parser_test {

using Catch::Matchers::ContainsSubstring;

const std::string post =
    "POST /v1/messages?beta=true HTTP/1.1\r\nHost: localhost:4000\r\nContent-Type: application/json\r\n"
    "X-Two:  a b\t\r\nx-two: c\r\nX-Empty:\r\nContent-Length: 12\r\n\r\n{\"a\":\"\r\n\r\n\"}";
const std::string chunked =
    "POST /v1/chat HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    "4\r\nWiki\r\n5;name=value;q=\"x y\"\r\npedia\r\nE\r\n in\r\n\r\nchunks.\r\n0\r\nX-Sum: 1\r\n\r\n";

/// Feeds pieces, each taken in whole, and answers the error or "".
Error feed_pieces(RequestParser& parser, const std::vector<std::string>& pieces) {
  for (const std::string& piece : pieces) {
    const auto used = parser.feed(piece);
    if (!used) return used.error();
    if (!parser.done()) CHECK(*used == piece.size());
  }
  return {};
}

Error error_of(const std::string& text, const Limits& limits = {}) {
  RequestParser parser(limits);
  const auto used = parser.feed(text);
  if (used) {
    FAIL_CHECK("accepted: " << text);
    return {};
  }
  return used.error();
}

void check_post(const Request& request) {
  CHECK(request.method == "POST");
  CHECK(request.target == "/v1/messages?beta=true");
  CHECK(request.path() == "/v1/messages");
  CHECK(request.query() == "beta=true");
  CHECK(request.keep_alive);
  CHECK_FALSE(request.http10);
  CHECK(request.headers.get("content-type") == "application/json");
  CHECK(request.headers.joined("X-TWO") == "a b, c");
  CHECK(request.headers.get("x-empty") == "");
  CHECK(request.headers.size() == 6);
  CHECK(request.body == "{\"a\":\"\r\n\r\n\"}");
}

void check_chunked(const Request& request) {
  CHECK(request.body == "Wikipedia in\r\n\r\nchunks.");
  CHECK_FALSE(request.headers.contains("x-sum"));
}

TEST_CASE("http request parser reads a request in one piece", "[http]") {
  RequestParser parser;
  CHECK_FALSE(parser.started());
  CHECK(parser.feed(post) == post.size());
  REQUIRE(parser.done());
  check_post(parser.request());
  CHECK(parser.feed("") == 0);
}

TEST_CASE("http request parser reads a request cut anywhere", "[http]") {
  for (const std::string& text : {post, chunked}) {
    const auto check = [&text](const Request& request) { text == post ? check_post(request) : check_chunked(request); };
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      for (std::size_t second = cut; second <= text.size(); second += 5) {
        RequestParser parser;
        const Error error =
            feed_pieces(parser, {text.substr(0, cut), text.substr(cut, second - cut), text.substr(second)});
        REQUIRE(error.message == "");
        REQUIRE(parser.done());
        check(parser.request());
      }
    }
    RequestParser slow;
    for (std::size_t i = 0; i < text.size(); ++i) {
      REQUIRE_FALSE(slow.done());
      REQUIRE(slow.feed(text.substr(i, 1)) == 1);
      REQUIRE(slow.started());
      REQUIRE(slow.head_done() == (i + 1 >= text.find("\r\n\r\n") + 4));
    }
    REQUIRE(slow.done());
    check(slow.request());
  }
}

TEST_CASE("http request parser leaves pipelined requests alone", "[http]") {
  const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string all = get + post + chunked + get;
  for (std::size_t step = 1; step < 200; step += 7) {
    RequestParser parser;
    std::vector<Request> requests;
    std::string buffer;
    for (std::size_t at = 0; at < all.size(); at += step) {
      buffer += all.substr(at, step);
      while (!buffer.empty()) {
        const auto used = parser.feed(buffer);
        REQUIRE(used.has_value());
        buffer.erase(0, *used);
        if (!parser.done()) break;
        requests.push_back(std::move(parser.request()));
        parser.next();
        CHECK_FALSE(parser.done());
        CHECK_FALSE(parser.started());
      }
    }
    REQUIRE(requests.size() == 4);
    CHECK(requests[0].target == "/");
    check_post(requests[1]);
    check_chunked(requests[2]);
    CHECK(requests[3].body == "");
    CHECK(requests[3].headers.size() == 1);
  }
}

TEST_CASE("http request parser ignores empty lines before a request", "[http]") {
  for (const std::string empty : {"\r\n", "\r\n\r\n\r\n"}) {
    const std::string text = empty + "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      RequestParser parser;
      REQUIRE(feed_pieces(parser, {text.substr(0, cut), text.substr(cut)}).message == "");
      REQUIRE(parser.done());
      CHECK(parser.request().target == "/a");
    }
    RequestParser parser;
    CHECK(parser.feed(empty) == empty.size());
    CHECK_FALSE(parser.started());
  }
}

TEST_CASE("http request parser tells when the connection stays open", "[http]") {
  const auto [head, keep] =
      GENERATE(table<std::string, bool>({{"HTTP/1.1\r\nHost: h\r\n", true},
                                         {"HTTP/1.1\r\nHost: h\r\nConnection: close\r\n", false},
                                         {"HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n", false},
                                         {"HTTP/1.0\r\n", false},
                                         {"HTTP/1.0\r\nConnection: keep-alive\r\n", true}}));
  RequestParser parser;
  REQUIRE(parser.feed("GET / " + head + "\r\n").has_value());
  REQUIRE(parser.done());
  CHECK(parser.request().keep_alive == keep);
  CHECK(parser.request().http10 == head.starts_with("HTTP/1.0"));
}

TEST_CASE("http request parser shows a waiting client before the body comes", "[http]") {
  RequestParser parser;
  REQUIRE(parser.feed("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n").has_value());
  CHECK(parser.head_done());
  CHECK(parser.expects_continue());
  CHECK_FALSE(parser.done());
  CHECK(parser.request().target == "/");
  REQUIRE(parser.feed("ok").has_value());
  CHECK(parser.done());
  CHECK(parser.request().body == "ok");
  parser.next();
  REQUIRE(parser.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n").has_value());
  CHECK_FALSE(parser.expects_continue());
}

TEST_CASE("http request parser takes the host of an absolute target", "[http]") {
  const auto [target, origin, host] = GENERATE(
      table<std::string, std::string, std::string>({{"http://real:4000/v1/models?x=1", "/v1/models?x=1", "real:4000"},
                                                    {"HTTPS://real", "/", "real"},
                                                    {"http://[::1]:80?q", "/?q", "[::1]:80"}}));
  RequestParser parser;
  REQUIRE(parser.feed("GET " + target + " HTTP/1.1\r\nHost: claimed\r\n\r\n").has_value());
  CHECK(parser.request().target == origin);
  CHECK(parser.request().headers.joined("host") == host);
}

struct Refusal {
  int status;
  std::string text;
  std::string reason;
};

const std::vector<Refusal> refusals{
    // Framing (RFC 9112 section 6)
    {400, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", "stand together"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\ncontent-length: 3\r\n\r\n", "stand together"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", "Content-Length is repeated"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n", "Content-Length is repeated"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3, 3\r\n\r\n", "not a number"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\n", "not a number"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -3\r\n\r\n", "not a number"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x3\r\n\r\n", "not a number"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3 4\r\n\r\n", "not a number"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n", "not a number"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n", "not a number"},
    {501, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "is chunked"},
    {501, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n", "is chunked"},
    {501, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n", "is chunked"},
    {501, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \"chunked\"\r\n\r\n", "is chunked"},
    {501, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked;a=b\r\n\r\n", "is chunked"},
    {501, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n\r\n", "is chunked"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "repeated"},
    {400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.0"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding\r\n : chunked\r\n\r\n", "name"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n", "white space"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding\t: chunked\r\n\r\n", "white space"},
    {400, "POST / HTTP/1.1\r\nHost: h\r\n\x0BTransfer-Encoding: chunked\r\n\r\n", "name"},
    {400,
     "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \x0B"
     "chunked\r\n\r\n",
     "control byte (0x0b)"},
    // Lines and fields (sections 2.2 and 5)
    {400, "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", "folded"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n\tb\r\n\r\n", "folded"},
    {400, "GET / HTTP/1.1\r\n Host: h\r\n\r\n", "folded"},
    {400, "GET / HTTP/1.1\nHost: h\n\n", "LF alone"},
    {400, "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", "LF alone"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n", "CR without LF"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\r\n\r\n", "CR without LF"},
    {400, std::string("GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n", 36), "control byte (0x00)"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\nX: \x7F\r\n\r\n", "control byte (0x7f)"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\n: a\r\n\r\n", "no name"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\nX Y: a\r\n\r\n", "name"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\nX(Y): a\r\n\r\n", "name"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\nX\xC3\xA9: a\r\n\r\n", "name"},
    {400, "GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", "name"},
    // Host (section 3.2)
    {400, "GET / HTTP/1.1\r\n\r\n", "Host is missing"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "Host is repeated"},
    {400, "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", "Host is repeated"},
    {400, "GET / HTTP/1.1\r\nHost:\r\n\r\n", "not a host"},
    {400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "not a host"},
    {400, "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", "not a host"},
    {400, "GET / HTTP/1.1\r\nHost: h/x\r\n\r\n", "not a host"},
    {400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", "Host is repeated"},
    {400, "GET http://u@real/ HTTP/1.1\r\nHost: h\r\n\r\n", "does not name a host"},
    {400, "GET http:/// HTTP/1.1\r\nHost: h\r\n\r\n", "does not name a host"},
    // The first line (section 3)
    {400, "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "character"},
    {400, "GET / x HTTP/1.1\r\nHost: h\r\n\r\n", "character"},
    {400, "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", "version"},
    {400, "GET /\r\nHost: h\r\n\r\n", "request line"},
    {400, "GET\r\nHost: h\r\n\r\n", "request line"},
    {400, "GET x HTTP/1.1\r\nHost: h\r\n\r\n", "neither a path"},
    {400, "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", "neither a path"},
    {400, "GET * HTTP/1.1\r\nHost: h\r\n\r\n", "neither a path"},
    {400, "GET /#f HTTP/1.1\r\nHost: h\r\n\r\n", "character"},
    {400, "GET /\xC3\xA9 HTTP/1.1\r\nHost: h\r\n\r\n", "character"},
    {400, "G(T / HTTP/1.1\r\nHost: h\r\n\r\n", "method"},
    {501, "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", "CONNECT"},
    {505, "GET / HTTP/2.0\r\nHost: h\r\n\r\n", "1.1 and 1.0"},
    {505, "GET / HTTP/1.2\r\nHost: h\r\n\r\n", "1.1 and 1.0"},
    {505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "1.1 and 1.0"},
    {400, "GET / http/1.1\r\nHost: h\r\n\r\n", "version"},
    {400, "GET / HTTP/1.1x\r\nHost: h\r\n\r\n", "version"},
    {400, "\x16\x03\x01\x02", "not HTTP"},
    {400, "\n\nGET / HTTP/1.1\r\n", "not HTTP"}};

TEST_CASE("http request parser refuses what two readers could read differently", "[http]") {
  const auto [status, text, reason] = GENERATE(from_range(refusals));
  INFO(text);
  const Error whole = error_of(text);
  CHECK(whole.code == Errc::invalid_request);
  CHECK(whole.status == status);
  CHECK_THAT(whole.message, ContainsSubstring(reason));
  // However slowly it comes, it is refused with the same status.
  RequestParser slow;
  int slow_status = 0;
  for (std::size_t i = 0; i < text.size() && slow_status == 0; ++i) {
    const auto used = slow.feed(text.substr(i, 1));
    if (!used) slow_status = used.error().status;
    CHECK_FALSE(slow.done());
  }
  CHECK(slow_status == status);
  CHECK_FALSE(slow.feed("GET / HTTP/1.1\r\nHost: h\r\n\r\n").has_value());
}

TEST_CASE("http request parser refuses chunks that are not exactly chunks", "[http]") {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto [status, body] = GENERATE(table<int, std::string>({
      {400, "5\nhello\r\n0\r\n\r\n"},
      {400, "5\r\nhello\n0\r\n\r\n"},
      {400, "5\r\nhelloX0\r\n\r\n0\r\n\r\n"},
      {400, "5\r\nhello0\r\n\r\n0\r\n\r\n"},
      {400, " 5\r\nhello\r\n0\r\n\r\n"},
      {400, "5 \r\nhello\r\n0\r\n\r\n"},
      {400, "+5\r\nhello\r\n0\r\n\r\n"},
      {400, "-5\r\nhello\r\n0\r\n\r\n"},
      {400, "0x5\r\nhello\r\n0\r\n\r\n"},
      {400, "g\r\nhello\r\n0\r\n\r\n"},
      {400, "\r\nhello\r\n0\r\n\r\n"},
      {400, ";a=b\r\nhello\r\n0\r\n\r\n"},
      {400, "5;\r\nhello\r\n0\r\n\r\n"},
      {400, "5;a=\"\r\nhello\r\n0\r\n\r\n"},
      {400, "5;a\x01\r\nhello\r\n0\r\n\r\n"},
      {400, "5;a=" + std::string(300, 'x') + "\r\nhello\r\n0\r\n\r\n"},
      {400, "FFFFFFFFFFFFFFFFF\r\nhello"},
      {413, "FFFFFFFFFFFFFFFF\r\nhello"},
      {400, "0\r\nContent-Length: 5\r\n\r\n"},
      {400, "0\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {400, "0\r\nHost: evil\r\n\r\n"},
      {400, "0\r\nauthorization: Bearer x\r\n\r\n"},
      {400, "0\r\nX: a\r\n b\r\n\r\n"},
      {400, "0\r\nX : a\r\n\r\n"},
      {400, "0\r\nX: a\n\r\n"},
      {400, "0\r\n\n"},
      {400, "0\r\nX: a\rb\r\n\r\n"},
      {400, std::string(70'000, '0')},
      {431, "0\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n"},
  }));
  INFO(body.substr(0, 100));
  const Error whole = error_of(head + body);
  CHECK(whole.status == status);
  RequestParser slow;
  REQUIRE(slow.feed(head).has_value());
  int slow_status = 0;
  for (std::size_t i = 0; i < body.size() && slow_status == 0; ++i) {
    const auto used = slow.feed(body.substr(i, 1));
    if (!used) slow_status = used.error().status;
    CHECK_FALSE(slow.done());
  }
  CHECK(slow_status == (status == 431 ? 400 : status));
}

TEST_CASE("http request parser keeps its limits", "[http]") {
  Limits limits;
  limits.head_bytes = 200;
  limits.header_fields = 3;
  limits.body_bytes = 10;
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\n";
  CHECK(error_of(head + "X: " + std::string(300, 'x'), limits).status == 431);
  CHECK(error_of(head + "X: " + std::string(300, 'x') + "\r\n\r\n", limits).status == 431);
  CHECK(error_of(head + "a: 1\r\nb: 2\r\nc: 3\r\n\r\n", limits).status == 431);
  const Error body = error_of(head + "content-length: 11\r\n\r\n", limits);
  CHECK(body.status == 413);
  CHECK(body.code == Errc::too_large);
  CHECK(error_of(head + "transfer-encoding: chunked\r\n\r\nb\r\n", limits).status == 413);
  CHECK(error_of(head + "transfer-encoding: chunked\r\n\r\n8\r\n12345678\r\n3\r\n", limits).status == 413);
  RequestParser exact(limits);
  REQUIRE(exact.feed(head + "transfer-encoding: chunked\r\n\r\n8\r\n12345678\r\n2\r\n90\r\n0\r\n\r\n").has_value());
  CHECK(exact.done());
  // One-byte chunks, each with an extension, within the limits of body and extension but not of framing.
  std::string wasteful = head + "transfer-encoding: chunked\r\n\r\n";
  for (int i = 0; i < 10; ++i) wasteful += "1;extension=\"long enough to matter\"\r\nx\r\n";
  CHECK(error_of(wasteful, limits).status == 413);
  const std::string edge = head + "X: " + std::string(200 - head.size() - 7, 'x') + "\r\n\r\n";
  REQUIRE(edge.size() == 200);
  for (const std::size_t cut : {std::size_t{0}, std::size_t{100}, std::size_t{199}}) {
    RequestParser parser(limits);
    CHECK(feed_pieces(parser, {edge.substr(0, cut), edge.substr(cut)}).message == "");
    CHECK(parser.done());
  }
}

TEST_CASE("http request parser accepts what real clients send", "[http]") {
  const std::string text =
      GENERATE("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "HEAD / HTTP/1.1\r\nHost: [::1]:4000\r\n\r\n",
               "GET /v1/models?after=a%20b&x=[1]|{} HTTP/1.1\r\nHost: h\r\n\r\n",
               "GET / HTTP/1.1\r\nhost:h\r\nX-Title: caf\xC3\xA9\r\nCookie: a=\"b\"; c\r\n\r\n",
               "DELETE /a HTTP/1.1\r\nHOST: h\r\nContent-Length: 0\r\n\r\n",
               "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: "
               "AAMAAABk\r\n\r\n",
               "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n000\r\n\r\n", "GET / HTTP/1.0\r\n\r\n");
  INFO(text);
  RequestParser parser;
  const auto used = parser.feed(text);
  INFO((used ? "" : used.error().message));
  CHECK(used == text.size());
  CHECK(parser.done());
}

TEST_CASE("http request parser can be moved", "[http]") {
  RequestParser parser;
  REQUIRE(parser.feed(post.substr(0, 150)).has_value());
  RequestParser moved = std::move(parser);
  REQUIRE(moved.feed(post.substr(150)).has_value());
  REQUIRE(moved.done());
  check_post(moved.request());
}

}  // namespace request_parser_test
}  // namespace llmgw::http
