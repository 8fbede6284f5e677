#include "core/health/scrape.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <iterator>

#include "core/metrics/exposition_increase.h"
#include "core/metrics/exposition_line.h"

namespace llmgw::health {
namespace scraping {

constexpr std::int64_t oldest_s = 3600;
constexpr double ns_per_s = 1e9;

void append(std::string& out, const metrics::Exposition& page, std::string_view name) {
  if (name.empty()) return;
  for (const auto& sample : page.series(name)) {
    if (!std::isfinite(sample.value)) continue;
    out += sample.name;
    const char* before = "{";
    for (const auto& label : sample.labels) {
      fmt::format_to(std::back_inserter(out), "{}{}=\"{}\"", before, label.name, metrics::escape_label(label.value));
      before = ",";
    }
    fmt::format_to(std::back_inserter(out), "{} {}\n", sample.labels.empty() ? "" : "}", sample.value);
  }
}

}  // namespace scraping

Scrape scrape_of(const metrics::Exposition& page, const LoadMetrics& names, const Clock& clock) {
  Scrape scrape{clock.unix_s(), clock.now_ns(), {}};
  for (const auto name : {names.running, names.waiting, names.waiting_by_reason, names.preemptions}) {
    scraping::append(scrape.page, page, name);
  }
  if (!scrape.page.empty()) scraping::append(scrape.page, page, "process_start_time_seconds");
  return scrape;
}

std::optional<double> age_of(const Scrape& scrape, const Clock& clock) {
  const auto age_s = clock.unix_s() - scrape.unix_s;
  if (age_s < 0 || age_s > scraping::oldest_s) return std::nullopt;
  // The wall clock tells whole seconds. Where the other one agrees, it is of the same boot, and finer.
  const auto fine = static_cast<double>(clock.now_ns() - scrape.monotonic_ns) / scraping::ns_per_s;
  const bool same_boot = std::abs(fine - static_cast<double>(age_s)) <= 2;
  const auto age = same_boot ? fine : static_cast<double>(age_s);
  return age < 1 ? std::nullopt : std::optional(age);
}

bool same_run(const metrics::Exposition& before, const metrics::Exposition& now, const LoadMetrics& names) {
  if (metrics::process_changed(before, now)) return false;
  return names.preemptions.empty() || !metrics::increase(before, now, names.preemptions).restarted;
}

}  // namespace llmgw::health
