#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/dialects/custom_calls.h"
#include "core/dialects/dialect.h"
#include "core/dialects/tools.h"
#include "core/ir/request.h"
#include "core/ir/usage.h"
#include "proxy/snapshot.h"

namespace llmgw::proxy {

/// One try at one upstream.
struct Attempt {
  const Upstream& upstream;
  const dialect::Dialect& dialect;  ///< the format spoken to it
  bool same_format;                 ///< the client's own format: bytes stay, edits are spliced
  ir::Changes changes;              ///< the exchange's, plus what this upstream needs
  dialect::FrameEdits edits;        ///< what a same-format answer gets changed
  dialect::ClientContext client;    ///< what encoders of a translated answer must know

  /// The answer's bytes reach the client as they are; else they go through events.
  [[nodiscard]] bool passes_bytes() const {
    return same_format && upstream.reasoning_tags == config::ReasoningTags::off;
  }
  std::optional<std::int64_t> context_length;  ///< tokens, as the upstream lists it; read only when a rule needs it
  dialect::ToolNames tool_names = {};          ///< of a translated request, to give answers the client's names
  Secret client_key = {};                      ///< the client's credential, where that is what the upstream gets
  dialect::CustomCalls custom_calls = {};      ///< of a translated request; each answer takes a copy
};

/// Takes every credential that went to the upstream out of a text that came from there.
void hide_credentials(const Attempt& attempt, std::string& text);

}  // namespace llmgw::proxy
