#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace llmgw::metrics {

/// One label of a series, without quotes and escapes.
struct Label {
  std::string_view name;
  std::string_view value;
  friend bool operator==(const Label&, const Label&) = default;
};

/// One line of an exposition page.
struct Line {
  enum class Kind { nothing, type, sample, malformed };
  Kind kind = Kind::nothing;
  std::string_view name;       ///< of a sample or of a `# TYPE` line
  std::string_view type_word;  ///< as written in a `# TYPE` line
  double value = 0;            ///< of a sample; NaN and infinities are values
};

/// Reads one line without its line feed, in place: escapes in label values are resolved inside the buffer, so that
/// names and values can be views of it. Appends the labels of a sample to `labels`, and none of a malformed line.
/// Timestamps and exemplars are checked and dropped. Formats: Prometheus text 0.0.4 and OpenMetrics 1.0.
Line read_line(char* begin, char* end, std::vector<Label>& labels);

/// The value of a label as it is written between quotes (prometheus.io, "Exposition formats").
std::string escape_label(std::string_view value);

}  // namespace llmgw::metrics
