#include "proxy/pipeline/retry.h"

#include <catch2/catch_test_macros.hpp>

namespace retry_test {

using llmgw::Errc;
using llmgw::Error;
using llmgw::IdSource;
using namespace std::chrono_literals;
namespace proxy = llmgw::proxy;

constexpr std::int64_t now = 784'111'777;  // Sun, 06 Nov 1994 08:49:37 GMT

Error of(Errc code) {
  Error error;
  error.code = code;
  return error;
}

TEST_CASE("only failures that may pass are tried again", "[retry][req-31]") {
  for (const auto code : {Errc::network, Errc::timeout, Errc::rate_limit, Errc::overloaded, Errc::upstream_error,
                          Errc::upstream_protocol}) {
    CHECK(proxy::may_retry(of(code)));
  }
  for (const auto code : {Errc::invalid_request, Errc::authentication, Errc::upstream_auth, Errc::not_found,
                          Errc::quota, Errc::cancelled, Errc::context_length}) {
    CHECK_FALSE(proxy::may_retry(of(code)));
  }
}

TEST_CASE("an upstream that says so is not tried again", "[retry]") {
  auto error = of(Errc::upstream_error);
  error.retryable = false;
  CHECK_FALSE(proxy::may_retry(error));
}

TEST_CASE("the upstream's own waiting time is kept, up to a minute", "[retry]") {
  IdSource random(1);
  auto error = of(Errc::rate_limit);
  error.retry_after = "7";
  CHECK(proxy::retry_delay(error, 2, random, now) == 7s);
  error.retry_after = "0.25";
  CHECK(proxy::retry_delay(error, 2, random, now) == 250ms);
  error.retry_after = "900";
  CHECK(proxy::retry_delay(error, 2, random, now) == 60s);
}

TEST_CASE("an upstream that names a date is asked again then", "[retry]") {
  IdSource random(1);
  auto error = of(Errc::overloaded);
  error.retry_after = "Sun, 06 Nov 1994 08:49:47 GMT";
  CHECK(proxy::retry_delay(error, 2, random, now) == 10s);
  error.retry_after = "Sun, 06 Nov 1994 08:49:00 GMT";
  CHECK(proxy::retry_delay(error, 2, random, now) == 0s);
  error.retry_after = "Mon, 07 Nov 1994 08:49:37 GMT";
  CHECK(proxy::retry_delay(error, 2, random, now) == 60s);
}

TEST_CASE("advice that is no time is no advice", "[retry]") {
  IdSource random(1);
  auto error = of(Errc::rate_limit);
  for (const auto* text : {"nan", "inf", "-inf", "-1", "1e999", "soon", "7 days"}) {
    error.retry_after = text;
    INFO(text);
    const auto delay = proxy::retry_delay(error, 2, random, now);
    CHECK(delay >= 0ms);
    CHECK(delay <= 500ms);
  }
}

TEST_CASE("without advice the wait doubles and is jittered", "[retry]") {
  IdSource random(1);
  const auto error = of(Errc::network);
  for (int next = 2; next < 12; ++next) {
    const auto most = std::min<long>(500L << (next - 2), 60000L);
    for (int i = 0; i < 50; ++i) {
      const auto delay = proxy::retry_delay(error, next, random, now);
      CHECK(delay >= 0ms);
      CHECK(delay <= std::chrono::milliseconds(most));
    }
  }
}

}  // namespace retry_test
