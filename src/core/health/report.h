#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/health/check.h"
#include "core/health/scrape.h"

namespace llmgw::health {

/// One target's part of a report.
struct TargetReport {
  std::string name;
  std::string url;        ///< without a credential
  std::string_view kind;  ///< or empty, when it is not known
  double seconds = 0;     ///< from the first question to the last answer
  std::int64_t requests = 0;
  Spent spent;  ///< of these, what models were asked
  std::vector<Outcome> outcomes;
  std::vector<Error> retried;              ///< failures that another try came after
  std::optional<Scrape> scrape;            ///< for the next run's rates
  std::size_t unchanged = 0;               ///< checks that are left out of `outcomes`
  State unchanged_state = State::skipped;  ///< the worst of those

  /// The worst of the outcomes, of those left out too.
  [[nodiscard]] State state() const;
  [[nodiscard]] const Outcome* outcome(std::string_view check) const;
  /// The first outcome of the worst state, or null when nothing is wrong or it is among those left out.
  [[nodiscard]] const Outcome* worst_outcome() const;
};

/// A run's result.
struct Report {
  std::int64_t unix_s = 0;
  std::vector<TargetReport> targets;
  ExitRules rules;
  [[nodiscard]] State state() const;
};

/// A way of writing a report.
struct Format {
  std::string_view name;
  std::string_view summary;
  std::string (*write)(const Report&);
};

/// All formats, the default one first.
std::span<const Format> formats();
/// The format of that name, or nullptr.
const Format* find_format(std::string_view name);

/// The JSON Schema of `-o json`, as text.
std::string json_schema();
/// What a code means, for people; `usage` error with the nearest code.
Result<std::string> explain(std::string_view code);
/// The registry as a Markdown page for the documentation: kinds, checks, codes.
std::string markdown_reference();

namespace rendering {
// The formats' functions, one file each.
std::string table(const Report& report);
std::string wide(const Report& report);
std::string json(const Report& report);
std::string jsonl(const Report& report);
std::string nagios(const Report& report);
std::string prometheus(const Report& report);
std::string junit(const Report& report);
std::string github(const Report& report);

/// A text of others on one line: control characters and marks that turn the direction of writing become blanks.
std::string one_line(std::string_view text);
}  // namespace rendering

}  // namespace llmgw::health
