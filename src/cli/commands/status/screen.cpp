#include "cli/commands/status/screen.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "cli/commands/gpu/cells.h"
#include "cli/term/columns.h"
#include "cli/term/visible_text.h"
#include "core/base/clock.h"
#include "core/json/writer.h"

namespace llmgw::cli::showing {
namespace status_screen {

constexpr std::size_t narrowest = 40;
constexpr std::size_t most_rows = 10;
constexpr std::size_t fewest_rows = 3;
constexpr int for_settings = 16;  ///< lower terminals show what changes, and no more
constexpr std::size_t most_counters_if_low = 4;

std::size_t width_in(const Terminal& terminal) {
  return std::max(static_cast<std::size_t>(std::max(terminal.columns, 0)), narrowest);
}

std::size_t lines_of(std::string_view text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

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

Style style_of(std::string_view state) {
  if (state == "ready" || state == "ok") return Style::green;
  return state == "no upstream" || state == "down" || state == "unreachable" ? Style::red : Style::yellow;
}

/// Colours each word of a state in a table; clipping has happened before.
std::string coloured_states(const std::string& table, const Terminal& terminal,
                            const std::vector<status::UpstreamRow>& rows) {
  std::string out;
  std::string_view rest = table;
  for (std::size_t line = 0; !rest.empty(); ++line) {
    const auto end = std::min(rest.find('\n') + 1, rest.size());
    std::string text(rest.substr(0, end));
    rest.remove_prefix(end);
    if (line == 0) {
      text = styled(terminal, Style::bold, text.substr(0, text.size() - 1)) + "\n";
    } else if (line <= rows.size()) {
      // The first column is the name, which may hold such a word too.
      const auto& state = rows[line - 1].state;
      const auto at = text.find("  " + state);
      if (at != std::string::npos && !state.empty())
        text.replace(at + 2, state.size(), styled(terminal, style_of(state), state));
    }
    out += text;
  }
  return out;
}

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

std::string figure(const std::optional<double>& value, double scale = 1, std::string_view unit = "") {
  return value ? fmt::format("{:.0f}{}", *value * scale, unit) : std::string("-");
}

/// The address alone: what the provider's name takes away on a narrow screen tells two upstreams apart.
std::string address_of(const std::string& upstream) {
  const auto at = upstream.find('@');
  return at == std::string::npos ? upstream : upstream.substr(at + 1);
}

std::string upstreams(const status::ServeStatus& status, std::size_t width) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : status.upstreams) {
    const auto kind = row.version.empty() ? row.kind : row.kind + " " + row.version;
    const auto lasts = row.since_unix_s == 0 ? std::string("-") : span_of(status.now_unix_s - row.since_unix_s);
    rows.push_back({on_one_line(address_of(row.name)), row.state, row.latency_ms ? short_time(*row.latency_ms) : "-",
                    row.context ? short_count(*row.context) : "-", figure(row.running), figure(row.waiting),
                    figure(row.kv, 100, "%"), lasts, kind.empty() ? "-" : on_one_line(kind),
                    row.message.empty() ? "-" : on_one_line(row.message)});
  }
  return table_of({{"UPSTREAM", 14, 0},
                   {"STATE", 11, 0},
                   {"TOOK", 5, 5},
                   {"CTX", 4, 4},
                   {"RUN", 3, 2},
                   {"WAIT", 4, 3},
                   {"KV", 3, 3},
                   {"FOR", 6, 6},
                   {"KIND", 6, 7},
                   {"WHY", 12, 1}},
                  rows, width);
}

/// The upstream that serves the launched model now, or null.
const status::UpstreamRow* serving(const status::ServeStatus& status, const std::string& id) {
  for (const auto& model : status.models) {
    if ((model.served.empty() ? model.name : model.served) != id) continue;
    for (const auto& upstream : status.upstreams) {
      const bool leads = std::ranges::find(upstream.models, model.name) != upstream.models.end();
      if (leads && (upstream.state == "ok" || upstream.state == "degraded")) return &upstream;
    }
  }
  return nullptr;
}

/// What was launched, and whether it runs; what the server itself lists wins.
std::string launches(const status::ServeStatus& status, const Terminal& terminal, std::size_t width) {
  std::string out;
  for (const auto& launch : status.launches) {
    const auto* live = serving(status, launch.model);
    const std::string word = live != nullptr ? "live" : "not live";
    std::vector<std::string> pieces{word + " " + on_one_line(launch.model)};
    const bool listed = live != nullptr && live->context;
    if (listed) pieces.push_back(fmt::format("context {}", *live->context));
    for (const auto& [name, value] : launch.facts) {
      if (!listed || name != "context") pieces.push_back(on_one_line(name + " " + value));
    }
    out += coloured(flowed(pieces, width), terminal, live != nullptr ? Style::green : Style::dim, word);
  }
  return out;
}

std::string gpus(const gpu::Snapshot& snapshot, std::size_t width) {
  using gpu::Field;
  using gpu_command::mib;
  using gpu_command::number;
  std::vector<std::vector<std::string>> rows;
  for (const auto& each : snapshot.gpus) {
    rows.push_back({std::to_string(each.index), number(each[Field::util_gpu], "%"),
                    gpu_command::pair(each[Field::mem_used], each[Field::mem_total], mib),
                    number(each[Field::temp_gpu], "C"), number(each[Field::power], "W"),
                    each.trouble.empty() ? gpu_command::name(each) : on_one_line(each.trouble)});
  }
  return table_of({{"GPU", uncut, 0},
                   {"UTIL", uncut, 0},
                   {"MEM MiB", uncut, 0},
                   {"TEMP", uncut, 2},
                   {"PWR", uncut, 1},
                   {"NAME", 4, 0}},
                  rows, width);
}

/// Short: `llmgw gpu -o json` tells everything.
std::string cards_json(const gpu::Snapshot& snapshot) {
  using gpu::Field;
  std::string out;
  json::Writer json(out);
  const auto write = [&json](std::string_view name, const gpu::Figure& figure) {
    json.key(name);
    if (figure) {
      json.number(*figure);
    } else {
      json.null();
    }
  };
  json.begin_array();
  for (const auto& each : snapshot.gpus) {
    json.begin_object();
    json.member("index", each.index);
    if (each[gpu::Label::name]) json.member("name", *each[gpu::Label::name]);
    write("util_pct", each[Field::util_gpu]);
    write("mem_used_b", each[Field::mem_used]);
    write("mem_total_b", each[Field::mem_total]);
    write("temp_c", each[Field::temp_gpu]);
    write("power_w", each[Field::power]);
    json.end_object();
  }
  json.end_array();
  return out;
}

std::string requests(const status::ServeStatus& status, std::size_t width, std::size_t most) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : status.recent) {
    if (rows.size() == most) break;
    const auto slow = row.stall_ms ? "silent for " + short_time(*row.stall_ms) : std::string("slow");
    const auto why = row.outcome.empty() ? slow : row.outcome + ": " + row.message;
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

/// All of a gateway but its last requests.
std::string one(const Gateway& gateway, const Terminal& terminal, const std::string& home) {
  const auto width = width_in(terminal);
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
  const bool low = terminal.tty && terminal.rows < for_settings;
  if (!low) out += flowed(settings, width);
  const auto failed = fmt::format("failed {}", short_count(status.counters.failed));
  auto counted = counters(status);
  if (low) counted.resize(most_counters_if_low);
  auto figures = flowed(counted, width);
  if (status.counters.failed > 0) figures = coloured(std::move(figures), terminal, Style::red, failed);
  out += figures;
  if (!status.upstreams.empty()) out += "\n" + coloured_states(upstreams(status, width), terminal, status.upstreams);
  if (!status.models.empty()) out += "\n" + coloured(models(status, width), terminal, Style::bold, "MODEL");
  const auto launched = launches(status, terminal, width);
  if (!launched.empty()) out += "\n" + launched;
  return out;
}

/// A gateway's last slow or failed requests, in so many lines as are left of the terminal.
std::string last_requests(const status::ServeStatus& status, const Terminal& terminal, std::size_t lines_above) {
  const auto width = width_in(terminal);
  if (status.recent.empty()) {
    // Strangers who are refused are counted, but not kept: they could push out what matters.
    const auto* which = status.counters.failed > 0 ? "no request that was let in" : "no request";
    return clipped(fmt::format("{} failed or waited {} s", which, status.slow_ms / 1000), width) + "\n";
  }
  constexpr std::size_t around = 4;  // a blank line, the title, the heading, and the last row, which stays free
  const auto rows = static_cast<std::size_t>(std::max(terminal.rows, 0));
  const auto left = rows > lines_above + around ? rows - lines_above - around : 0;
  const auto most = terminal.tty ? std::clamp<std::size_t>(left, fewest_rows, most_rows) : most_rows;
  const auto title = fmt::format("last slow or failed requests ({} kept)", status.recent.size());
  return styled(terminal, Style::bold, clipped(title, width)) + "\n" + requests(status, width, most);
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

std::string screen(const std::vector<Gateway>& gateways, const gpu::Snapshot* gpus, const Terminal& terminal,
                   const std::string& home) {
  std::string cards;
  if (gpus != nullptr && !gpus->gpus.empty()) {
    cards = "\n" + status_screen::coloured(status_screen::gpus(*gpus, status_screen::width_in(terminal)), terminal,
                                           Style::bold, "GPU");
  }
  std::string out;
  for (const auto& gateway : gateways) {
    if (!out.empty()) out += "\n";
    out += status_screen::one(gateway, terminal, home);
    const bool last = &gateway == &gateways.back();
    if (last) out += cards;
    if (!gateway.problem.empty()) continue;
    out += "\n" + status_screen::last_requests(gateway.status, terminal, status_screen::lines_of(out));
  }
  return out;
}

std::string as_json(const std::vector<Gateway>& gateways, const gpu::Snapshot* gpus) {
  // They are this machine's, as are all the gateways: each carries them.
  const auto cards = gpus != nullptr ? status_screen::cards_json(*gpus) : std::string();
  std::string out;
  json::Writer json(out);
  json.begin_array();
  for (const auto& gateway : gateways) {
    if (gateway.problem.empty()) {
      auto text = gateway.raw;
      if (!cards.empty() && text.ends_with('}')) text.insert(text.size() - 1, ",\"gpus\":" + cards);
      json.raw(text);
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
