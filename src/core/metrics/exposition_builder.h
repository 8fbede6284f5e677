#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/metrics/exposition.h"

namespace llmgw::metrics {

/// Reads a page line by line and puts the series in order. One use: `ExpositionBuilder(text).build()`.
class ExpositionBuilder {
 public:
  explicit ExpositionBuilder(std::string text);
  Exposition build();

 private:
  /// A sample whose labels are still a range of the page's list, which grows.
  struct Row {
    std::string_view name;
    std::size_t name_id = 0;
    std::size_t first_label = 0;
    std::size_t label_count = 0;
    double value = 0;
  };

  void read_lines();
  void take(const Line& line, std::size_t first_label);
  [[nodiscard]] bool creation_time(std::string_view name) const;
  std::size_t name_id(std::string_view name);
  void group();
  void merge_repeats(std::span<Sample> series, std::vector<std::pair<std::uint64_t, std::size_t>>& order);

  Exposition page_;
  std::vector<Row> rows_;
  std::vector<std::size_t> rows_of_name_;  // by name id
  std::string_view last_name_;
  std::size_t last_id_ = 0;
};

}  // namespace llmgw::metrics
