#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace llmgw::dialect {

/// What an upstream's error says about itself, before it is put into a class.
struct ErrorWords {
  std::string code;    ///< `error.code` when it is a word
  std::string type;    ///< `error.type`, or an exception's name
  std::string reason;  ///< a status word (`RESOURCE_EXHAUSTED`) or an inner code
  std::string message;
  int status = 0;  ///< of HTTP, or the number that the body gave for it; 0: unknown
};

/// The class of an upstream's error: by its words first, then by the status, then by the text.
Errc classify(const ErrorWords& words);

/// True when the text says that the prompt does not fit the model's context.
bool says_context_length(std::string_view message);

}  // namespace llmgw::dialect
