#pragma once

#include <cstdint>

#include "core/ir/usage.h"
#include "core/json/view.h"
#include "core/json/writer.h"

namespace llmgw::dialect::messages {

/// The `usage` object as it stands on the wire, where `input_tokens` leaves the cached part out. A stream tells it
/// in pieces: each update replaces the numbers that it names.
class WireUsage {
 public:
  /// Takes the numbers of a `usage` object; absent and null ones keep their value.
  void update(json::View usage);
  /// True once a usage object was seen.
  [[nodiscard]] bool seen() const { return seen_; }
  [[nodiscard]] ir::Usage totals() const;

 private:
  std::int64_t input_ = 0;
  std::int64_t cache_read_ = 0;
  std::int64_t cache_write_ = 0;
  std::int64_t cache_write_1h_ = 0;
  std::int64_t output_ = 0;
  std::int64_t thinking_ = 0;
  bool seen_ = false;
};

/// Writes a `usage` object.
void write_usage(json::Writer& writer, const ir::Usage& usage);

}  // namespace llmgw::dialect::messages
