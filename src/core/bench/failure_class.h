#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "core/base/error.h"

namespace llmgw::bench {

/// How a request failed. Failed requests enter no latency distribution; they are counted by class.
enum class FailureClass {
  none,
  connect,             ///< no connection: name, TCP or TLS
  timeout_ttft,        ///< no answer, or no first token, in time
  timeout_idle,        ///< the answer stood still for too long
  timeout_total,       ///< the limit on the whole exchange
  http_4xx,            ///< a status from 400 on but 429
  http_429,            ///< over a rate limit
  http_5xx,            ///< a status from 500 on
  http_other,          ///< a status that is neither success nor error, such as a redirect
  stream_error_frame,  ///< an error inside an answer that began with success
  truncated,           ///< the answer ended without its end
  bad_json,            ///< an event or a body that is no JSON
  protocol,            ///< broken HTTP or a broken event stream
  empty,               ///< a complete answer without a single token
  cancelled_at_end,    ///< still running when the run ended; counted apart from failures
};

inline constexpr std::size_t failure_classes = static_cast<std::size_t>(FailureClass::cancelled_at_end) + 1;

/// The word for reports: `timeout_ttft`.
std::string_view name_of(FailureClass failure);

/// Where an exchange stood when a transport error came.
enum class Stage { opening, waiting, streaming };

/// The class of a transport error.
FailureClass classify(const Error& error, Stage stage);

/// The class of an error that the answer's own bytes told or were.
FailureClass classify_fault(const Error& error);

/// The class of an HTTP status that is no success.
FailureClass classify_status(int status);

}  // namespace llmgw::bench
