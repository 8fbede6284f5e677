#include "cli/commands/status/screen.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "cli/term/columns.h"
#include "cli/term/visible_text.h"
#include "core/base/clock.h"
#include "core/json/writer.h"

namespace llmgw::cli::showing {
namespace status_screen {

constexpr std::size_t narrowest = 40;
constexpr std::size_t most_rows = 10;

std::string short_path(std::string path, const std::string& home) {
  if (home.size() > 1 && path.starts_with(home + "/")) path = "~" + path.substr(home.size());
  return path;
}

/// Milliseconds in at most seven characters.
std::string short_time(double ms) {
  if (ms < 10) return fmt::format("{:.1f}ms", ms);
  if (ms < 1000) return fmt::format("{:.0f}ms", ms);
  return ms < 100'000 ? fmt::format("{:.1f}s", ms / 1000) : fmt::format("{:.0f}s", ms / 1000);
}

Style style_of(const std::string& state) { return state == "ready" ? Style::green : Style::yellow; }

/// Colours the first place where `word` stands; clipping has happened before, so that no sequence is cut.
std::string coloured(std::string text, const Terminal& terminal, Style style, const std::string& word) {
  const auto at = text.find(word);
  if (at != std::string::npos && !word.empty()) text.replace(at, word.size(), styled(terminal, style, word));
  return text;
}

/// The configuration in pieces: what is to be done about it must not be cut off with a long path.
std::vector<std::string> config_pieces(const status::ServeStatus& status, const std::string& home) {
  if (status.config_file.empty()) return {"no configuration file"};
  std::vector<std::string> pieces{"config " + on_one_line(short_path(status.config_file, home))};
  struct stat file {};
  if (::stat(status.config_file.c_str(), &file) != 0) {
    pieces.emplace_back("(gone since it was read)");
  } else if (file.st_mtime != status.config_mtime_unix_s) {
    pieces.push_back(fmt::format("(changed since: kill -HUP {})", status.pid));
  }
  return pieces;
}

std::vector<std::string> counters(const status::ServeStatus& status) {
  const auto& count = status.counters;
  return {fmt::format("in flight {}", status.in_flight),
          fmt::format("connections {}", status.connections),
          fmt::format("requests {}", short_count(count.requests)),
          fmt::format("failed {}", short_count(count.failed)),
          fmt::format("clients left {}", short_count(count.client_left)),
          fmt::format("attempts {}", short_count(count.upstream_attempts)),
          fmt::format("retries {}", short_count(count.retries)),
          fmt::format("tokens in {}", short_count(count.input_tokens)),
          fmt::format("out {}", short_count(count.output_tokens))};
}

std::string models(const status::ServeStatus& status, std::size_t width) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& model : status.models) {
    rows.push_back({on_one_line(model.name), model.served.empty() ? "as asked" : on_one_line(model.served),
                    on_one_line(model.upstream)});
  }
  return table_of({{"MODEL", 8, 0}, {"SERVED AS", 8, 1}, {"UPSTREAM", 12, 0}}, rows, width);
}

std::string requests(const status::ServeStatus& status, std::size_t width) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : status.recent) {
    if (rows.size() == most_rows) break;
    const auto why = row.outcome.empty() ? std::string("slow") : row.outcome + ": " + row.message;
    rows.push_back({rfc3339(row.unix_s).substr(11, 8), std::to_string(row.status), short_time(row.ms),
                    row.ttft_ms ? short_time(*row.ttft_ms) : "-", on_one_line(row.model), on_one_line(row.upstream),
                    on_one_line(row.path), on_one_line(why)});
  }
  return table_of({{"UTC", 8, 0},
                   {"CODE", 4, 0},
                   {"TOOK", 5, 1},
                   {"TTFT", 5, 4},
                   {"MODEL", 8, 2},
                   {"UPSTREAM", 12, 3},
                   {"PATH", 20, 5},
                   {"WHY", 16, 0}},
                  rows, width);
}

std::string one(const Gateway& gateway, const Terminal& terminal, const std::string& home) {
  const auto width = std::max(static_cast<std::size_t>(std::max(terminal.columns, 0)), narrowest);
  if (!gateway.problem.empty()) {
    auto text = flowed({short_path(gateway.socket, home), on_one_line(gateway.problem)}, width);
    return coloured(std::move(text), terminal, Style::red, clipped(on_one_line(gateway.problem), width));
  }
  const auto& status = gateway.status;
  std::vector<std::string> head{"llmgw " + on_one_line(status.version), on_one_line(status.state),
                                fmt::format("pid {}", status.pid),
                                "up " + span_of(status.now_unix_s - status.started_unix_s)};
  for (const auto& url : status.listeners) head.push_back(on_one_line(url));
  auto out = coloured(flowed(head, width), terminal, style_of(status.state), status.state);
  auto settings = config_pieces(status, home);
  settings.emplace_back(status.token_required ? "token required" : "no token asked for");
  settings.push_back(fmt::format("workers {}", status.workers));
  out += flowed(settings, width);
  const auto failed = fmt::format("failed {}", short_count(status.counters.failed));
  auto figures = flowed(counters(status), width);
  if (status.counters.failed > 0) figures = coloured(std::move(figures), terminal, Style::red, failed);
  out += figures;
  if (!status.models.empty()) out += "\n" + coloured(models(status, width), terminal, Style::bold, "MODEL");
  out += "\n";
  if (status.recent.empty()) {
    return out + clipped(fmt::format("no request failed or took {} s", status.slow_ms / 1000), width) + "\n";
  }
  const auto title = fmt::format("last slow or failed requests ({} kept)", status.recent.size());
  return out + styled(terminal, Style::bold, clipped(title, width)) + "\n" + requests(status, width);
}

}  // namespace status_screen

std::string span_of(std::int64_t seconds) {
  constexpr std::int64_t minute = 60;
  constexpr std::int64_t hour = 60 * minute;
  constexpr std::int64_t day = 24 * hour;
  if (seconds < minute) return fmt::format("{}s", std::max<std::int64_t>(seconds, 0));
  if (seconds < hour) return fmt::format("{}m {}s", seconds / minute, seconds % minute);
  if (seconds < day) return fmt::format("{}h {}m", seconds / hour, seconds % hour / minute);
  return fmt::format("{}d {}h", seconds / day, seconds % day / hour);
}

std::string short_count(std::int64_t count) {
  constexpr std::string_view units = "kMGT";
  if (count < 1000) return std::to_string(count);
  auto value = static_cast<double>(count);
  std::size_t unit = 0;
  for (value /= 1000; value >= 999.5 && unit + 1 < units.size(); ++unit) value /= 1000;
  return value < 9.95 ? fmt::format("{:.1f}{}", value, units[unit]) : fmt::format("{:.0f}{}", value, units[unit]);
}

std::string screen(const std::vector<Gateway>& gateways, const Terminal& terminal, const std::string& home) {
  std::string out;
  for (const auto& gateway : gateways) {
    if (!out.empty()) out += "\n";
    out += status_screen::one(gateway, terminal, home);
  }
  return out;
}

std::string as_json(const std::vector<Gateway>& gateways) {
  std::string out;
  json::Writer json(out);
  json.begin_array();
  for (const auto& gateway : gateways) {
    if (gateway.problem.empty()) {
      json.raw(gateway.raw);
      continue;
    }
    json.begin_object();
    json.member("control", gateway.socket);
    json.member("problem", gateway.problem);
    json.end_object();
  }
  json.end_array();
  return out + "\n";
}

}  // namespace llmgw::cli::showing
