#include "core/base/url.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace llmgw;

TEST_CASE("a server URL gives scheme, host, port and base path", "[url]") {
  struct Row {
    std::string_view text;
    ServerUrl expected;
  };
  const auto row = GENERATE(values<Row>({
      {"http://127.0.0.1:8000/v1/", {false, "127.0.0.1", 8000, "/v1", ""}},
      {"https://api.example.com", {true, "api.example.com", 443, "", ""}},
      {"http://[::1]:9/x/y", {false, "::1", 9, "/x/y", ""}},
      {"http://host_name", {false, "host_name", 80, "", ""}},
      {"unix:/run/engine.sock", {false, "", 0, "", "/run/engine.sock"}},
      {"unix:/run/engine.sock:/v1/", {false, "", 0, "/v1", "/run/engine.sock"}},
  }));
  const auto url = parse_server_url(row.text);
  REQUIRE(url);
  CHECK(*url == row.expected);
}

TEST_CASE("a malformed server URL is refused", "[url]") {
  const auto text = GENERATE(as<std::string_view>{}, "", "127.0.0.1:8000", "ftp://x", "http://", "http://:80",
                             "http://a:0", "http://a:65536", "http://a:8x", "http://a?b", "http://a#b", "http://a b",
                             "http://[::1", "http://[zz]", "http://a\n", "unix:rel", "http://a:b:c");
  CHECK_FALSE(parse_server_url(text));
}

TEST_CASE("credentials in a URL are refused without being repeated", "[url]") {
  const auto url = parse_server_url("https://user:hunter2@example.com/v1");
  REQUIRE_FALSE(url);
  CHECK(url.error().message.find("hunter2") == std::string::npos);
}

TEST_CASE("the user of every address in a text is hidden, and nothing beside it", "[url]") {
  const auto hidden = [](std::string text) {
    llmgw::hide_users(text, "***");
    return text;
  };
  CHECK(hidden("http://me:p@ss@host/v1 and https://host2/a@b") == "http://***@host/v1 and https://host2/a@b");
  CHECK(hidden("a redis://:pw@one\tb redis://:pw@two\nmail me@home") ==
        "a redis://***@one\tb redis://***@two\nmail me@home");
  CHECK(hidden("{\"url\":\"http://k@h\",\"by\":\"me@home\"} ://") ==
        "{\"url\":\"http://***@h\",\"by\":\"me@home\"} ://");
  CHECK(hidden("") == "");
}

TEST_CASE("a listen address is a host and port or a socket", "[url]") {
  CHECK(*parse_listen_address("127.0.0.1:0") == ListenAddress{"127.0.0.1", 0, ""});
  CHECK(*parse_listen_address("[::1]:4000") == ListenAddress{"::1", 4000, ""});
  CHECK(*parse_listen_address("unix:run/a.sock") == ListenAddress{"", 0, "run/a.sock"});
  for (const auto* text : {"", "4000", ":4000", "localhost", "::1:4000", "a:b", "unix:", "[::1]4000"})
    CHECK_FALSE(parse_listen_address(text));
}

TEST_CASE("only this machine's own addresses are loopback", "[url]") {
  for (const auto* host : {"localhost", "127.0.0.1", "127.9.9.9", "::1"}) CHECK(is_loopback_host(host));
  for (const auto* host : {"0.0.0.0", "::", "127.example.com", "127.0.0.1.evil.example", "10.0.0.1", "127.1.evil"})
    CHECK_FALSE(is_loopback_host(host));
  CHECK(parse_listen_address("unix:/x")->loopback());
}
TEST_CASE("an address with a bad port is told whole, not by a piece of it", "[url]") {
  const auto listen = parse_listen_address("host:98765");
  REQUIRE_FALSE(listen);
  CHECK(listen.error().message == "\"host:98765\" is no listen address: the port must be a number from 0 to 65535");
  const auto server = parse_server_url("http://host:x");
  REQUIRE_FALSE(server);
  CHECK(server.error().message == "\"http://host:x\" is no server address: the port must be a number from 1 to 65535");
}
