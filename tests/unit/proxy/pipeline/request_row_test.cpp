#include "proxy/pipeline/request_row.h"

#include <catch2/catch_test_macros.hpp>
#include <memory>

using namespace llmgw;
using namespace llmgw::proxy;

namespace request_row_test {

constexpr std::int64_t ms = 1'000'000;

/// A request that came at the 100th millisecond.
struct Case {
  Case() {
    request.method = "POST";
    request.target = "/v1/messages?key=hidden";
    request.body = "secret words";
    exchange.request_id = "r1";
    exchange.started_ns = 100 * ms;
    exchange.facts.model = "fast";
  }
  http::Request request;
  server::Peer peer;
  Exchange exchange{request, peer, std::make_shared<const Snapshot>()};
  Record record;
};

}  // namespace request_row_test

using request_row_test::Case;
using request_row_test::ms;

TEST_CASE("requests that failed or took long are kept, those whose client left are not", "[proxy]") {
  Case given;
  CHECK_FALSE(worth_keeping(given.exchange, given.record, 101 * ms));
  CHECK_FALSE(worth_keeping(given.exchange, given.record, (100 + 9'999) * ms));
  CHECK(worth_keeping(given.exchange, given.record, (100 + 10'000) * ms));
  given.record.error = fail(Errc::network, "refused").error();
  CHECK(worth_keeping(given.exchange, given.record, 101 * ms));
  given.record.error = fail(Errc::cancelled, "left").error();
  CHECK_FALSE(worth_keeping(given.exchange, given.record, 101 * ms));
}

TEST_CASE("a long stream is slow only by its first token or by a silence", "[proxy]") {
  Case given;
  given.record.first_token_ns = 200 * ms;
  given.record.longest_gap_ns = 9'999 * ms;
  CHECK_FALSE(worth_keeping(given.exchange, given.record, 90'000 * ms));
  CHECK_FALSE(request_row(given.exchange, given.record, 90'000 * ms, 0).stall_ms);
  given.record.longest_gap_ns = 10'000 * ms;
  CHECK(worth_keeping(given.exchange, given.record, 90'000 * ms));
  CHECK(request_row(given.exchange, given.record, 90'000 * ms, 0).stall_ms == 10'000);
  given.record.longest_gap_ns = 0;
  given.record.first_token_ns = 10'100 * ms;
  CHECK(worth_keeping(given.exchange, given.record, 90'000 * ms));
}

TEST_CASE("a kept request has its times and its failure, and neither body nor query", "[proxy][req-29]") {
  Case given;
  given.record.status = 502;
  given.record.upstream = "openai_compatible@127.0.0.1:9";
  given.record.first_token_ns = 103 * ms;
  given.record.error = fail(Errc::network, "refused").error();
  CHECK(request_row(given.exchange, given.record, 112 * ms + 345'000, 77) ==
        status::RequestRow{.unix_s = 77,
                           .id = "r1",
                           .method = "POST",
                           .path = "/v1/messages",
                           .model = "fast",
                           .upstream = "openai_compatible@127.0.0.1:9",
                           .status = 502,
                           .ms = 12.345,
                           .ttft_ms = 3,
                           .outcome = "network",
                           .message = "refused"});
}

TEST_CASE("a long error is cut between characters", "[proxy]") {
  Case given;
  given.record.error = fail(Errc::upstream_error, std::string(299, 'x') + "\u00e9\u00e9").error();
  const auto row = request_row(given.exchange, given.record, 101 * ms, 0);
  CHECK(row.message == std::string(299, 'x') + "...");
  CHECK_FALSE(row.ttft_ms);
}
