#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/json/view.h"

namespace llmgw::dialect {

/// The members of an error body that matter, out of whatever shape it has.
struct ErrorBody {
  std::string message;
  std::string type;
  std::string code;  ///< a word, or a number as text
  std::string param;
  std::string reason;       ///< a status word of Google's or Azure's inner code
  std::string retry_after;  ///< seconds, where the body says them (Google's `retryDelay`)
  int status = 0;           ///< a numeric `status`
  bool anthropic = false;   ///< the envelope of the Messages API
};

/// Reads a body that may be JSON, HTML or text.
ErrorBody read_error_body(std::string_view body);
/// Reads an error object of any vendor.
ErrorBody read_error_body(json::View body);

/// `text` with API keys in it replaced by `[key]`: some services quote the key that they refuse.
std::string hide_keys(std::string_view text);

/// Replaces a credential in the text by `[redacted]`. One shorter than `shortest` bytes is a word of any message, and
/// stays.
void hide_credential(std::string& text, std::string_view credential, std::size_t shortest);

/// The same for the value of a header, which services quote without its scheme: also what follows `Bearer ` or any
/// other first word, and for `Basic` the password inside.
void hide_header_credential(std::string& text, std::string_view value);

}  // namespace llmgw::dialect
