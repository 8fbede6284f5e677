#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "core/base/ids.h"
#include "core/dialects/openai_chat/choice_reader.h"
#include "core/ir/event.h"
#include "core/json/view.h"

namespace llmgw::dialect::chat {

struct AnswerMembers;

/// The error for a whole answer without choices.
Error no_choices();

/// Turns the chunks of a stream, or one whole answer, into events. Both go the same way, so they cannot differ.
class AnswerReader {
 public:
  explicit AnswerReader(IdSource& ids) : ids_(ids) {}

  /// Reads one chunk or a whole answer. An error object becomes a Fault, whatever its shape.
  void read(json::View body, ir::Events& out);
  /// The end mark came, or a whole answer was read: closes everything, complete.
  void finish(ir::Events& out);
  /// The input ended: complete only when a finish reason was seen.
  void end(ir::Events& out);
  /// Closes what is open and ends with a Fault.
  void fail(Error error, ir::Events& out);
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] bool has_choices() const { return !choices_.empty(); }

 private:
  void start(const AnswerMembers& members, ir::Events& out);
  void read_usage_of(const AnswerMembers& members, ir::Events& out);
  ChoiceReader& choice(std::int64_t number);
  void close(ir::Events& out, bool complete);

  bool started_ = false;
  bool ended_ = false;
  IdSource& ids_;
  std::deque<ChoiceReader> choices_;
  std::optional<ir::Usage> usage_;
};

}  // namespace llmgw::dialect::chat
