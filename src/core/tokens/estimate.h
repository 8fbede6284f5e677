#pragma once

#include <cstddef>
#include <cstdint>

#include "core/ir/answer.h"
#include "core/ir/event.h"
#include "core/ir/request.h"
#include "core/json/view.h"

namespace llmgw::tokens {

/// Tokens of a text of that many bytes: bytes / 3.5, rounded up. A rule of thumb, marked as an estimate wherever it
/// is shown.
std::int64_t from_bytes(std::size_t bytes);

/// An estimate of a request's prompt: its texts, tool calls and results, and tool definitions; an image or document
/// counts with a flat figure instead of its base64 text.
std::int64_t estimate_input(const ir::Request& request);

/// The same from a request's JSON, of any format, without decoding it.
std::int64_t estimate_input(json::View body);

/// Counts an answer's bytes as its events pass, for the estimate where the upstream reports no usage.
class OutputCounter {
 public:
  void add(const ir::Event& event);
  /// The estimate so far.
  [[nodiscard]] std::int64_t tokens() const { return from_bytes(bytes_); }
  /// The part of it that is reasoning.
  [[nodiscard]] std::int64_t reasoning_tokens() const { return from_bytes(reasoning_bytes_); }

 private:
  std::size_t bytes_ = 0;
  std::size_t reasoning_bytes_ = 0;
};

/// An estimate of a whole answer's output.
std::int64_t estimate_output(const ir::Answer& answer);

}  // namespace llmgw::tokens
