#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/metrics/exposition_line.h"

namespace llmgw::metrics {

/// One series of a page and its value. Views of the page that gave it, valid as long as that lives (moved or not).
struct Sample {
  std::string_view name;
  std::span<const Label> labels;
  double value = 0;
  bool repeated = false;       ///< the page had this series more than once; this is the last value
  std::uint64_t identity = 0;  ///< equal for equal names and label sets, in whatever order, also across pages

  /// The label's value; a label that is missing is the same as an empty one in this format, yet kept apart here.
  [[nodiscard]] std::optional<std::string_view> label(std::string_view wanted) const;
  /// True when every one of `where` is a label of this series with that value.
  [[nodiscard]] bool matches(std::initializer_list<Label> where) const;
};

/// What a `# TYPE` line declared; words that are not known are `unknown`.
enum class FamilyType : std::uint8_t { unknown, counter, gauge, histogram, summary, info, state_set };

/// A page of metrics, parsed: Prometheus text 0.0.4 or OpenMetrics, told apart by nothing, since one reader takes both.
/// Names are exact, but for counters, where `X` finds `X_total` and the other way round (clients differ in that). A
/// metric that is missing is nullopt, never 0, and so is one whose only values are NaN. `X_created` beside a counter,
/// histogram or summary `X` is left out. Any bytes are survived: what cannot be read is counted.
class Exposition {
 public:
  /// Bytes that are read; the rest of a longer page is dropped at the last whole line.
  static constexpr std::size_t max_bytes = std::size_t{16} << 20;
  /// Series that are kept, and labels in all of them.
  static constexpr std::size_t max_series = 500'000;
  static constexpr std::size_t max_labels = 2'000'000;

  static Exposition parse(std::string text);
  /// A page without any series.
  Exposition() = default;
  Exposition(Exposition&&) = default;
  Exposition& operator=(Exposition&&) = default;
  Exposition(const Exposition&) = delete;
  Exposition& operator=(const Exposition&) = delete;
  ~Exposition() = default;

  /// All series of a name, in the page's order.
  [[nodiscard]] std::span<const Sample> series(std::string_view name) const;
  /// The value of the only series that matches; nullopt when there are none or several.
  [[nodiscard]] std::optional<double> value(std::string_view name, std::initializer_list<Label> where = {}) const;
  /// The sum of the series that match; NaN ones do not count.
  [[nodiscard]] std::optional<double> sum(std::string_view name, std::initializer_list<Label> where = {}) const;
  /// The largest of the series that match; NaN ones do not count.
  [[nodiscard]] std::optional<double> max(std::string_view name, std::initializer_list<Label> where = {}) const;

  /// The declared type of a family, by its exact name.
  [[nodiscard]] FamilyType type(std::string_view family) const;
  /// True when some series' name starts with it: `vllm:`.
  [[nodiscard]] bool any_with_prefix(std::string_view prefix) const;
  /// Every series, grouped by name, names in byte order.
  [[nodiscard]] std::span<const Sample> all() const { return samples_; }

  [[nodiscard]] std::size_t malformed_lines() const { return malformed_; }
  /// Lines whose value was replaced by a later line of the same series.
  [[nodiscard]] std::size_t repeated_lines() const { return repeated_; }
  /// True when the page was over one of the limits above and its end is missing here.
  [[nodiscard]] bool truncated() const { return truncated_; }

 private:
  friend class ExpositionBuilder;
  struct Range {
    std::size_t first = 0;
    std::size_t count = 0;
  };
  [[nodiscard]] std::span<const Sample> exactly(std::string_view name) const;

  std::unique_ptr<std::string> text_;  // what all views are of; on the heap, so that a move leaves it in place
  std::vector<Label> labels_;
  std::vector<Sample> samples_;
  std::map<std::string_view, Range> names_;
  std::map<std::string_view, FamilyType> types_;
  std::size_t malformed_ = 0;
  std::size_t repeated_ = 0;
  bool truncated_ = false;
};

}  // namespace llmgw::metrics
