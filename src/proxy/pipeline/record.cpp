#include "proxy/pipeline/record.h"

#include "core/json/writer.h"
#include "proxy/pipeline/request_row.h"

namespace llmgw::proxy {
namespace record_line {

constexpr std::size_t longest_path = 2048;

double milliseconds_between(std::int64_t from_ns, std::int64_t to_ns) {
  // Microsecond steps: more digits would be noise in a log.
  return static_cast<double>((to_ns - from_ns) / 1000) / 1000.0;
}

// One list of fields for both formats of the line.
template <class Put>
void fields(const Exchange& exchange, const Record& record, std::int64_t now_ns, Put&& put) {
  put("id", exchange.request_id);
  if (!exchange.http.method.empty()) put("method", exchange.http.method);
  const auto path = exchange.http.path();
  if (path.size() > longest_path) {
    put("path", beginning(path, longest_path));
  } else if (!path.empty()) {
    put("path", path);
  }
  put("client", exchange.peer.address);
  put("status", static_cast<std::int64_t>(record.status));
  if (!exchange.facts.model.empty()) put("model", exchange.facts.model);
  if (!record.upstream.empty()) put("upstream", record.upstream);
  if (!record.upstream_model.empty() && record.upstream_model != exchange.facts.model) {
    put("upstream_model", record.upstream_model);
  }
  if (!record.upstream_id.empty()) put("upstream_id", record.upstream_id);
  if (record.stream) put("stream", true);
  if (record.attempts > 1) put("attempts", static_cast<std::int64_t>(record.attempts));
  put("ms", milliseconds_between(exchange.started_ns, now_ns));
  if (record.first_token_ns != 0) put("ttft_ms", milliseconds_between(exchange.started_ns, record.first_token_ns));
  if (record.usage) {
    put("input_tokens", record.usage->input_total);
    put("output_tokens", record.usage->output_total);
    if (record.usage->estimated) put("usage_estimated", true);
  }
  if (record.finish != ir::FinishReason::none) put("finish", ir::finish_name(record.finish));
  if (!exchange.applied.empty()) put("applied", exchange.applied.text());
  if (!exchange.notes.empty()) put("notes", exchange.notes.header());
  if (record.error) {
    put("error", error_class(record.error->code).name);
    put("message", record.error->message);
  }
}

struct TextLine {
  std::string& out;
  void start(std::string_view key) {
    out += ' ';
    out += key;
    out += '=';
  }
  void operator()(std::string_view key, std::string_view value) {
    start(key);
    const bool bare = !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos;
    std::string quoted;
    json::append_string(quoted, value);
    if (bare && quoted.size() == value.size() + 2) {
      out += value;
    } else {
      out += quoted;
    }
  }
  void operator()(std::string_view key, std::int64_t value) {
    start(key);
    out += std::to_string(value);
  }
  void operator()(std::string_view key, double value) {
    start(key);
    json::Writer(out).number(value);
  }
  void operator()(std::string_view key, bool value) {
    start(key);
    out += value ? "true" : "false";
  }
};

struct JsonLine {
  json::Writer& writer;
  void operator()(std::string_view key, std::string_view value) { writer.member(key, value); }
  void operator()(std::string_view key, std::int64_t value) { writer.member(key, value); }
  void operator()(std::string_view key, double value) {
    writer.key(key);
    writer.number(value);
  }
  void operator()(std::string_view key, bool value) { writer.member(key, value); }
};

}  // namespace record_line

std::string log_line(const Exchange& exchange, const Record& record, std::int64_t now_ns, std::int64_t unix_s) {
  std::string out;
  if (exchange.snapshot->config.server.access_log == config::AccessLog::json) {
    json::Writer writer(out);
    writer.begin_object();
    writer.member("time", rfc3339(unix_s));
    record_line::fields(exchange, record, now_ns, record_line::JsonLine{writer});
    writer.end_object();
    return out;
  }
  out = rfc3339(unix_s) + " request";
  record_line::fields(exchange, record, now_ns, record_line::TextLine{out});
  return out;
}

void close_record(const Exchange& exchange, const Record& record, const Services& services) {
  const auto now = services.clock.now_ns();
  auto& metrics = services.metrics;
  const auto label = static_cast<std::size_t>(exchange.endpoint);
  metrics.request(exchange.endpoint, record.error ? &*record.error : nullptr,
                  static_cast<double>(now - exchange.started_ns) / 1e9);
  if (record.first_token_ns != 0) {
    metrics.observe(metrics::Metric::time_to_first_token,
                    static_cast<double>(record.first_token_ns - exchange.started_ns) / 1e9, label);
  }
  if (record.usage) {
    using metrics::TokenKind;
    const auto count = [&](TokenKind kind, std::int64_t tokens) {
      if (tokens > 0) metrics.add(metrics::Metric::tokens, tokens, static_cast<std::size_t>(kind));
    };
    count(TokenKind::input, record.usage->input_total);
    count(TokenKind::cached, record.usage->input_cached);
    count(TokenKind::output, record.usage->output_total);
    count(TokenKind::reasoning, record.usage->output_reasoning);
  }
  if (!exchange.notes.empty()) {
    metrics.add(metrics::Metric::notes, static_cast<std::int64_t>(exchange.notes.all().size()));
  }
  if (record.error && record.error->code == Errc::cancelled) metrics.add(metrics::Metric::client_disconnects);
  if (services.journal != nullptr && worth_keeping(exchange, record, now)) {
    services.journal->remember(request_row(exchange, record, now, services.clock.unix_s()));
  }
  if (exchange.snapshot->config.server.access_log != config::AccessLog::off) {
    services.log.line(log_line(exchange, record, now, services.clock.unix_s()));
  }
}

}  // namespace llmgw::proxy
