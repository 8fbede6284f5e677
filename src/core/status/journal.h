#pragma once

#include <deque>
#include <utility>
#include <vector>

#include "core/status/status.h"

namespace llmgw::status {

/// The last slow or failed requests, at most `most_recent` of them. Used on one thread.
class Journal {
 public:
  void remember(RequestRow row) {
    rows_.push_front(std::move(row));
    if (rows_.size() > most_recent) rows_.pop_back();
  }
  /// Newest first.
  [[nodiscard]] std::vector<RequestRow> rows() const { return {rows_.begin(), rows_.end()}; }

 private:
  std::deque<RequestRow> rows_;
};

}  // namespace llmgw::status
