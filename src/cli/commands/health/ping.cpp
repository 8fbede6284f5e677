#include "cli/commands/health/ping.h"

#include <fmt/format.h>

#include <algorithm>

namespace llmgw::cli::health_command {
namespace pinging {

constexpr net::milliseconds patience{10'000};
// healthchecks.io keeps 100 kB of a body and tells so in Ping-Body-Limit.
constexpr std::size_t body_limit = 100'000;
constexpr std::size_t answer_limit = std::size_t{64} << 10;

}  // namespace pinging

Result<Ping> make_ping(const std::string& url, std::uint64_t first, std::uint64_t second) {
  auto parsed = net::parse_url(url);
  if (!parsed || !parsed->endpoint.unix_path.empty()) {
    return fail(Errc::usage, "--ping: give the check's address, such as https://hc-ping.com/UUID");
  }
  // The form of a random UUID (RFC 9562 section 5.4), which is what the protocol asks for.
  constexpr std::uint64_t version_bits = 0x4000;
  constexpr std::uint64_t variant_bits = 0x8000;
  const auto id =
      fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", first >> 32, (first >> 16) & 0xffff,
                  (first & 0x0fff) | version_bits, ((second >> 48) & 0x3fff) | variant_bits, second & 0xffff'ffff'ffff);
  return Ping{*std::move(parsed), id};
}

net::Task<Result<>> send_ping(net::HttpClient& client, const Ping& whom, std::string event, std::string body) {
  net::HttpRequest request;
  request.endpoint = net::share(whom.url.endpoint);
  request.deadlines = {pinging::patience, pinging::patience, pinging::patience, pinging::patience};
  auto& message = request.message;
  message.method = "POST";
  message.target = whom.url.path + "/" + event + "?rid=" + whom.run_id;
  message.headers.set("user-agent", "llmgw/" LLMGW_VERSION);
  message.headers.set("content-type", "text/plain; charset=utf-8");
  body.resize(std::min(body.size(), pinging::body_limit));
  message.body = std::move(body);
  const auto answer = co_await net::fetch(client, std::move(request), pinging::answer_limit);
  if (!answer) co_return fail(answer.error().code, "the ping was not sent: " + answer.error().message);
  const auto status = answer->head.status;
  if (status >= 200 && status < 300) co_return Result<>();
  co_return fail(Errc::upstream_error,
                 fmt::format("{} answered the ping with HTTP {}", whom.url.endpoint.authority(), status));
}

}  // namespace llmgw::cli::health_command
