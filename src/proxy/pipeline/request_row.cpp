#include "proxy/pipeline/request_row.h"

namespace llmgw::proxy {
namespace request_rows {

constexpr std::int64_t ns_per_ms = 1'000'000;
// Error sentences may carry an upstream's words, names those of a client; a row is for one line of a screen.
constexpr std::size_t longest_text = 300;

bool slow(const Exchange& exchange, std::int64_t ns) {
  return ns / ns_per_ms >= exchange.snapshot->config.server.slow_ms;
}

double milliseconds_of(std::int64_t ns) { return static_cast<double>(ns / 1000) / 1000.0; }

}  // namespace request_rows

std::string beginning(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return std::string(text);
  auto end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "...";
}

bool worth_keeping(const Exchange& exchange, const Record& record, std::int64_t now_ns) {
  if (record.stranger) return false;
  if (record.error && record.error->code != Errc::cancelled) return true;
  const bool streamed = record.first_token_ns != 0;
  const auto waited = (streamed ? record.first_token_ns : now_ns) - exchange.started_ns;
  return request_rows::slow(exchange, waited) || request_rows::slow(exchange, record.longest_gap_ns);
}

status::RequestRow request_row(const Exchange& exchange, const Record& record, std::int64_t now_ns,
                               std::int64_t unix_s) {
  status::RequestRow row;
  row.unix_s = unix_s;
  row.id = exchange.request_id;
  row.method = exchange.http.method;
  row.path = beginning(exchange.http.path(), request_rows::longest_text);
  row.model = beginning(exchange.facts.model, request_rows::longest_text);
  row.upstream = record.upstream;
  row.status = record.status;
  row.ms = request_rows::milliseconds_of(now_ns - exchange.started_ns);
  if (record.first_token_ns != 0)
    row.ttft_ms = request_rows::milliseconds_of(record.first_token_ns - exchange.started_ns);
  if (record.longest_gap_ns > 0 && request_rows::slow(exchange, record.longest_gap_ns))
    row.stall_ms = request_rows::milliseconds_of(record.longest_gap_ns);
  if (record.error) {
    row.outcome = error_class(record.error->code).name;
    row.message = beginning(record.error->message, request_rows::longest_text);
  }
  return row;
}

}  // namespace llmgw::proxy
