#include "core/http/writer.h"

#include <catch2/catch_test_macros.hpp>

#include "core/http/parser.h"

namespace llmgw::http {
namespace writer_test {

TEST_CASE("http writer puts the host first and the length last", "[http]") {
  Request request;
  request.method = "POST";
  request.target = "/v1/messages?a=b";
  request.headers.add("Host", "client's");
  request.headers.add("x-a", "1");
  request.headers.add("Content-Length", "999");
  request.headers.add("Transfer-Encoding", "chunked");
  std::string out = "before|";
  append_request_head(out, request, "up:80", 3);
  CHECK(out == "before|POST /v1/messages?a=b HTTP/1.1\r\nhost: up:80\r\nx-a: 1\r\ncontent-length: 3\r\n\r\n");
}

TEST_CASE("http writer writes a length of nothing only where one is expected", "[http]") {
  Request request;
  request.method = "GET";
  request.target = "/";
  request.keep_alive = false;
  request.headers.add("Connection", "keep-alive");
  std::string get;
  append_request_head(get, request, "h", 0);
  CHECK(get == "GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
  request.method = "POST";
  std::string post;
  append_request_head(post, request, "h", 0);
  CHECK(post == "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
}

TEST_CASE("http writer lets nothing smuggle a line in", "[http]") {
  Request request;
  request.method = "GET";
  request.target = "/a b\r\nX: y";
  request.headers.add("a", "1\r\nEvil: 1");
  request.headers.add("b", std::string("x\0y", 3));
  request.headers.add("bad name", "1");
  request.headers.add("x:y", "1");
  request.headers.add("", "1");
  request.headers.add("c", "fine");
  std::string out;
  append_request_head(out, request, "h", 0);
  CHECK(out == "GET /a%20b%0D%0AX:%20y HTTP/1.1\r\nhost: h\r\nc: fine\r\n\r\n");
  ResponseHead head;
  head.status = 200;
  head.reason = "OK\r\nEvil: 1";
  head.headers.add("a", "1\nEvil: 1");
  std::string response;
  append_response_head(response, head, Framing::content_length, 0);
  CHECK(response == "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
}

TEST_CASE("http writer frames a response in each way", "[http]") {
  ResponseHead head;
  head.status = 429;
  head.headers.add("Retry-After", "3");
  head.headers.add("content-length", "77");
  head.headers.add("connection", "keep-alive");
  const auto written = [&head](Framing framing, std::size_t size) {
    std::string out;
    append_response_head(out, head, framing, size);
    return out;
  };
  const std::string start = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\n";
  CHECK(written(Framing::content_length, 5) == start + "connection: keep-alive\r\ncontent-length: 5\r\n\r\n");
  CHECK(written(Framing::chunked, 0) == start + "connection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n");
  CHECK(written(Framing::until_close, 0) == start + "connection: close\r\n\r\n");
  CHECK(written(Framing::none, 0) == start + "content-length: 77\r\nconnection: keep-alive\r\n\r\n");
  head.keep_alive = false;
  head.reason = "Slow Down";
  CHECK(written(Framing::chunked, 0) ==
        "HTTP/1.1 429 Slow Down\r\nRetry-After: 3\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n");
}

TEST_CASE("http writer's chunks are what the parser reads", "[http]") {
  ResponseHead head;
  head.status = 200;
  std::string out;
  append_response_head(out, head, Framing::chunked, 0);
  for (const auto& data : {std::string("data: 1\n\n"), std::string(1000, 'x')}) {
    append_chunk_size(out, data.size());
    out.append(data).append(chunk_end);
  }
  out += last_chunk;
  CHECK(out.find("9\r\ndata: 1\n\n\r\n3e8\r\nxxx") != std::string::npos);
  ResponseParser parser;
  std::string body;
  REQUIRE(parser.feed(out, body) == out.size());
  CHECK(parser.done());
  CHECK(body == "data: 1\n\n" + std::string(1000, 'x'));
}

}  // namespace writer_test
}  // namespace llmgw::http
