#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/ir/notes.h"
#include "core/ir/request.h"
#include "core/json/writer.h"

namespace llmgw::dialect::messages {

/// Cache marks of a request: the API takes four, and the last four are worth most, because each stands for all that
/// comes before it. Which marks are sent is known when all is written; the first ones are taken out again then.
class CacheMarks {
 public:
  /// `out` is what the request is written to.
  explicit CacheMarks(std::string& out) : out_(out) {}
  /// Writes `cache_control` behind another member.
  void write(json::Writer& writer, const std::optional<ir::Json>& mark);
  /// Counts the mark inside of a value that is written as it came.
  void carried(const std::optional<ir::Json>& mark) { carried_ += mark ? 1 : 0; }
  /// Leaves the last four, with a note where that takes any away. Call it when the request is written.
  void keep_last(ir::Notes& notes);
  /// The mark of a tool result: its own, or the last one inside it.
  static std::optional<ir::Json> of_result(const ir::Block& block);

 private:
  std::string& out_;
  std::vector<std::pair<std::size_t, std::size_t>> written_;  // where each begins and ends
  std::size_t carried_ = 0;
};

}  // namespace llmgw::dialect::messages
