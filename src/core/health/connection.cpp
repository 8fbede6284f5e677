#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/written_time.h"
#include "core/health/judges.h"

namespace llmgw::health::judges {
namespace connection {

constexpr int bad_request = 400;
constexpr int bad_gateway = 502;
constexpr int gateway_timeout = 504;
constexpr double skew_warn_s = 5;
constexpr double skew_crit_s = 60;
constexpr double day_s = 86'400;
constexpr double days_warn = 21;
constexpr double days_crit = 7;
constexpr std::size_t quoted_bytes = 160;

bool failed_at(const Facts& facts, NetFault fault) {
  return facts.contact.error && facts.contact.error->fault == fault;
}

/// The run had no time to get further than this, or to begin.
std::optional<Finding> stopped_at(const Facts& facts, NetFault last) {
  auto finding = unasked(facts.contact);
  if (finding && facts.contact.error->fault > last) finding.reset();
  return finding;
}

Finding down(const Facts& facts, std::string_view code) {
  // A connection that is refused is what a deployment scaled to zero looks like, if its profile says that it may be.
  if (facts.scale_to_zero) return {State::idle, "scaled_to_zero", facts.contact.error->message};
  return {State::crit, code, facts.contact.error->message};
}

/// What is wrong with the certificate, or with TLS as a whole.
std::string_view tls_code(NetFault fault) {
  switch (fault) {
    case NetFault::handshake: return "tls_failed";
    case NetFault::certificate_expired: return "certificate_expired";
    case NetFault::certificate_self_signed: return "certificate_self_signed";
    case NetFault::certificate_untrusted: return "certificate_untrusted";
    case NetFault::certificate_name: return "certificate_name";
    case NetFault::client_certificate: return "client_certificate";
    default: return {};
  }
}

}  // namespace connection

Finding not_applicable(std::string why) { return {State::skipped, "not_applicable", std::move(why)}; }

std::optional<Finding> unasked(const Reply& reply) {
  if (!reply.error || reply.error->code != Errc::cancelled) return std::nullopt;
  return Finding{State::unknown, "no_time", reply.error->message};
}

std::string told(const Reply& reply) {
  if (reply.error) return reply.error->message;
  auto text = std::string_view(reply.body).substr(0, connection::quoted_bytes);
  std::string line;
  for (const char c : text) line += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? ' ' : c;
  return line.empty() ? fmt::format("HTTP {}", reply.status) : fmt::format("HTTP {}: {}", reply.status, line);
}

Finding dns(const Facts& facts, const Expectations& /*unused*/) {
  if (!facts.named) return not_applicable("the address needs no look-up");
  if (auto finding = connection::stopped_at(facts, NetFault::look_up)) return *std::move(finding);
  if (connection::failed_at(facts, NetFault::look_up)) return {State::crit, "dns_failed", facts.contact.error->message};
  return {State::ok, "ok", facts.host + " has an address"};
}

Finding tcp(const Facts& facts, const Expectations& /*unused*/) {
  if (auto finding = connection::stopped_at(facts, NetFault::connect)) return *std::move(finding);
  if (connection::failed_at(facts, NetFault::connect)) return connection::down(facts, "connect_failed");
  return {State::ok, "ok", "connected"};
}

Finding tls(const Facts& facts, const Expectations& expectations) {
  if (!facts.tls) return not_applicable("the address is plain http");
  if (auto finding = connection::stopped_at(facts, NetFault::handshake)) return *std::move(finding);
  if (facts.contact.error) {
    const auto code = connection::tls_code(facts.contact.error->fault);
    if (!code.empty()) return {State::crit, code, facts.contact.error->message};
  }
  // nginx says so with 400, in HTTP and to every request (nginx.org, ngx_http_ssl_module, "ssl_verify_client").
  if (facts.contact.status == connection::bad_request && facts.contact.body.contains("SSL certificate")) {
    return {State::crit, "client_certificate", told(facts.contact)};
  }
  const auto* trust = facts.unverified ? "the certificate is not verified (insecure_tls)"
                                       : "the certificate is trusted and of this name";
  if (!facts.certificate || !facts.certificate->expires_unix) return {State::ok, "ok", trust};
  const auto left_s = *facts.certificate->expires_unix - facts.contact.unix_s;
  const auto days = static_cast<double>(left_s) / connection::day_s;
  const auto limits = limits_of("tls", {connection::days_warn, connection::days_crit}, expectations.thresholds);
  Finding finding{State::ok,   "ok",       fmt::format("{}, for {:.0f} days", trust, days), {{"", days, Unit::days}},
                  limits.warn, limits.crit};
  if (limits.warn && days < *limits.warn) finding.state = State::warn;
  if (limits.crit && days < *limits.crit) finding.state = State::crit;
  if (finding.state == State::ok) return finding;
  finding.code = days < 0 ? "certificate_expired" : "certificate_ends";
  if (facts.unverified) {
    // Who connects in spite of any certificate is not kept away by an old one.
    finding.state = State::warn;
    finding.code = "certificate_ends";
  }
  finding.message = days < 0 ? fmt::format("the certificate ended {:.0f} days ago", -days)
                             : fmt::format("the certificate ends in {:.0f} days", days);
  return finding;
}

Finding http(const Facts& facts, const Expectations& /*unused*/) {
  if (auto finding = unasked(facts.contact)) return *std::move(finding);
  if (facts.contact.error) return {State::crit, "no_answer", facts.contact.error->message};
  // RFC 9110, 15.6.3 and 15.6.5: a gateway in front speaks, for a server that does not.
  if (facts.contact.status == connection::bad_gateway || facts.contact.status == connection::gateway_timeout) {
    if (facts.scale_to_zero) return {State::idle, "scaled_to_zero", told(facts.contact)};
    return {State::crit, "bad_gateway", told(facts.contact)};
  }
  return {State::ok,
          "ok",
          fmt::format("HTTP {} in {}", facts.contact.status, value_text(facts.contact.seconds, Unit::seconds)),
          {{"", facts.contact.seconds, Unit::seconds}}};
}

Finding clock(const Facts& facts, const Expectations& expectations) {
  const auto header = facts.contact.headers.get("date");
  const auto date = header ? parse_http_date(*header) : std::nullopt;
  if (!date) return not_applicable("the answer has no date");
  // The server wrote its date at some moment between the question and the answer; of a busy one that is a long time.
  const auto now = static_cast<double>(facts.contact.unix_s);
  const auto told = static_cast<double>(*date);
  const double skew = std::abs(told - std::clamp(told, now - facts.contact.seconds, now));
  const auto limits = limits_of("clock", {connection::skew_warn_s, connection::skew_crit_s}, expectations.thresholds);
  Finding finding{State::ok,   "ok",       fmt::format("{:.0f} s apart", skew), {{"", skew, Unit::seconds}},
                  limits.warn, limits.crit};
  if (limits.warn && skew > *limits.warn) finding.state = State::warn;
  if (limits.crit && skew > *limits.crit) finding.state = State::crit;
  if (finding.state != State::ok) finding.code = "clock_skew";
  return finding;
}

}  // namespace llmgw::health::judges
