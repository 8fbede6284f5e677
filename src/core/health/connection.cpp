#include <fmt/format.h>

#include <cmath>
#include <ctime>

#include "core/health/judges.h"

namespace llmgw::health::judges {
namespace connection {

constexpr double skew_warn_s = 5;
constexpr double skew_crit_s = 60;
constexpr std::size_t quoted_bytes = 160;

bool failed_in(const Facts& facts, Phase phase) {
  return facts.contact.error && phase_of(*facts.contact.error) == phase;
}

Finding down(const Facts& facts, std::string_view code) {
  // A connection that is refused is what a deployment scaled to zero looks like, if its profile says that it may be.
  if (facts.scale_to_zero) return {State::idle, "scaled_to_zero", facts.contact.error->message};
  return {State::crit, code, facts.contact.error->message};
}

/// `Tue, 15 Nov 1994 08:12:31 GMT` (RFC 9110 section 5.6.7); the two older forms are not sent any more.
std::optional<std::int64_t> http_date(std::string_view text) {
  std::tm parts{};
  const std::string copy(text);
  const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return static_cast<std::int64_t>(timegm(&parts));
}

}  // namespace connection

Finding not_applicable(std::string why) { return {State::skipped, "not_applicable", std::move(why)}; }

std::string told(const Reply& reply) {
  if (reply.error) return reply.error->message;
  auto text = std::string_view(reply.body).substr(0, connection::quoted_bytes);
  std::string line;
  for (const char c : text) line += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? ' ' : c;
  return line.empty() ? fmt::format("HTTP {}", reply.status) : fmt::format("HTTP {}: {}", reply.status, line);
}

Finding dns(const Facts& facts, const Expectations& /*unused*/) {
  if (!facts.named) return not_applicable("the address needs no look-up");
  if (connection::failed_in(facts, Phase::look_up)) return {State::crit, "dns_failed", facts.contact.error->message};
  return {State::ok, "ok", facts.host + " has an address"};
}

Finding tcp(const Facts& facts, const Expectations& /*unused*/) {
  if (connection::failed_in(facts, Phase::connect)) return connection::down(facts, "connect_failed");
  return {State::ok, "ok", "connected"};
}

Finding tls(const Facts& facts, const Expectations& /*unused*/) {
  if (!facts.tls) return not_applicable("the address is plain http");
  if (connection::failed_in(facts, Phase::tls)) return {State::crit, "tls_failed", facts.contact.error->message};
  return {State::ok, "ok", "the certificate is trusted and of this name"};
}

Finding http(const Facts& facts, const Expectations& /*unused*/) {
  if (facts.contact.error) return {State::crit, "no_answer", facts.contact.error->message};
  return {State::ok,
          "ok",
          fmt::format("HTTP {} in {}", facts.contact.status, value_text(facts.contact.seconds, Unit::seconds)),
          {{"", facts.contact.seconds, Unit::seconds}}};
}

Finding clock(const Facts& facts, const Expectations& expectations) {
  const auto header = facts.contact.headers.get("date");
  const auto date = header ? connection::http_date(*header) : std::nullopt;
  if (!date) return not_applicable("the answer has no date");
  // The server wrote its date about half a round trip before the answer was here.
  const double local = static_cast<double>(facts.contact.unix_s) - facts.contact.seconds / 2;
  const double skew = std::abs(local - static_cast<double>(*date));
  const auto limits = limits_of("clock", {connection::skew_warn_s, connection::skew_crit_s}, expectations.thresholds);
  Finding finding{State::ok,   "ok",       fmt::format("{:.0f} s apart", skew), {{"", skew, Unit::seconds}},
                  limits.warn, limits.crit};
  if (limits.warn && skew > *limits.warn) finding.state = State::warn;
  if (limits.crit && skew > *limits.crit) finding.state = State::crit;
  if (finding.state != State::ok) finding.code = "clock_skew";
  return finding;
}

}  // namespace llmgw::health::judges
