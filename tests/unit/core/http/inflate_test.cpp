#include "core/http/inflate.h"

#include <zlib.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace llmgw;
using namespace llmgw::http;

namespace inflate_test {

std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  std::string in(text);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

constexpr std::size_t no_limit = std::size_t{1} << 30U;
constexpr int gzip = 15 + 16, zlib = 15, raw = -15;

}  // namespace inflate_test

TEST_CASE("inflater undoes gzip, zlib and raw deflate at every split point", "[http][inflate]") {
  using namespace inflate_test;
  const int format = GENERATE(gzip, zlib, raw);
  const std::string text = "data: {\"choices\":[{\"delta\":{\"content\":\"hello hello hello\"}}]}\n\n";
  const std::string packed = deflated(text, format);
  for (std::size_t split = 0; split <= packed.size(); ++split) {
    Inflater inflater;
    std::string out;
    REQUIRE(inflater.feed(std::string_view(packed).substr(0, split), out, no_limit));
    REQUIRE(inflater.feed(std::string_view(packed).substr(split), out, no_limit));
    CHECK(out == text);
    CHECK(inflater.complete());
  }
}

TEST_CASE("inflater takes gzip members one after the other", "[http][inflate]") {
  using namespace inflate_test;
  Inflater inflater;
  std::string out;
  REQUIRE(inflater.feed(deflated("one ", gzip) + deflated("two", gzip), out, no_limit));
  CHECK(out == "one two");
  CHECK(inflater.complete());
}

TEST_CASE("inflater hands out what a flushed block holds before the end", "[http][inflate]") {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string in = "data: first\n\n";
  std::string packed(256, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, Z_SYNC_FLUSH) == Z_OK);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);

  Inflater inflater;
  std::string out;
  REQUIRE(inflater.feed(packed, out, inflate_test::no_limit));
  CHECK(out == in);
  CHECK_FALSE(inflater.complete());
}

TEST_CASE("inflater stops at the limit however small the packed body is", "[http][inflate]") {
  using namespace inflate_test;
  const std::string packed = deflated(std::string(std::size_t{4} << 20U, 'a'), gzip);
  REQUIRE(packed.size() < 8192);
  Inflater inflater;
  std::string out;
  const auto result = inflater.feed(packed, out, std::size_t{1} << 20U);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Errc::too_large);
  CHECK(out.size() < std::size_t{2} << 20U);
}

TEST_CASE("inflater refuses what is no gzip or deflate data", "[http][inflate]") {
  Inflater inflater;
  std::string out;
  const auto result = inflater.feed("\xff\xff\xff\xff not packed at all", out, inflate_test::no_limit);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Errc::upstream_protocol);
}

TEST_CASE("inflater sees a body that was cut", "[http][inflate]") {
  using namespace inflate_test;
  const std::string packed = deflated("some text that is long enough", gzip);
  Inflater inflater;
  std::string out;
  REQUIRE(inflater.feed(std::string_view(packed).substr(0, packed.size() - 4), out, no_limit));
  CHECK_FALSE(inflater.complete());
}

TEST_CASE("content codings: identity and zlib's are known, others and lists are not", "[http][inflate]") {
  CHECK(content_coding("") == Coding::identity);
  CHECK(content_coding("Identity") == Coding::identity);
  CHECK(content_coding(" GZIP ") == Coding::zlib);
  CHECK(content_coding("x-gzip") == Coding::zlib);
  CHECK(content_coding("deflate") == Coding::zlib);
  CHECK(content_coding("br") == Coding::unknown);
  CHECK(content_coding("zstd") == Coding::unknown);
  CHECK(content_coding("gzip, gzip") == Coding::unknown);
}
