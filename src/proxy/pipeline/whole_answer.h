#pragma once

#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/dialects/dialect.h"
#include "core/http/message.h"
#include "proxy/pipeline/attempt.h"
#include "proxy/pipeline/tap.h"

namespace llmgw::proxy {

/// An answer that is no JSON.
Error unreadable_answer(const Error& parse_error);

/// Turns the whole body of an upstream's answer into the client's. Same format: the bytes stay, but for the model name
/// where llmgw changed it. A stream that nobody asked for is collected.
class WholeAnswer {
 public:
  WholeAnswer(const Attempt& attempt, const dialect::Dialect& client, IdSource& ids, const Clock& clock);
  /// The client's body, or the error that the answer turned out to be.
  Result<std::string> convert(std::string body, const http::ResponseHead& head);
  [[nodiscard]] const Tap& tap() const { return tap_; }
  /// The usage in the answer; an estimate where the upstream sends none to a client that is always told.
  [[nodiscard]] const std::optional<ir::Usage>& usage() const { return usage_; }

 private:
  Result<> decode(std::string_view body, bool is_events);
  const Attempt& attempt_;
  const dialect::Dialect& client_;
  IdSource& ids_;
  const Clock& clock_;
  ir::Events events_;
  json::View view_;
  Tap tap_;
  std::optional<ir::Usage> usage_;
};

}  // namespace llmgw::proxy
