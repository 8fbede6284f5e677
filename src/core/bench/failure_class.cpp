#include "core/bench/failure_class.h"

namespace llmgw::bench {
namespace failing {

// In the order of the enumeration.
constexpr std::array<std::string_view, failure_classes> names{
    "none",      "connect",  "timeout_ttft", "timeout_idle", "timeout_total",
    "http_4xx",  "http_429", "http_5xx",     "http_other",   "stream_error_frame",
    "truncated", "bad_json", "protocol",     "empty",        "cancelled_at_end",
};

constexpr int first_client_error = 400;
constexpr int too_many_requests = 429;
constexpr int first_server_error = 500;

FailureClass late(Stage stage) {
  if (stage == Stage::opening) return FailureClass::connect;
  return stage == Stage::waiting ? FailureClass::timeout_ttft : FailureClass::timeout_idle;
}

}  // namespace failing

std::string_view name_of(FailureClass failure) { return failing::names[static_cast<std::size_t>(failure)]; }

FailureClass classify(const Error& error, Stage stage) {
  if (error.code == Errc::cancelled) return FailureClass::cancelled_at_end;
  if (error.code == Errc::timeout) return failing::late(stage);
  if (error.code == Errc::network && stage != Stage::streaming) return FailureClass::connect;
  if (error.wire_code == "stream_incomplete" || error.code == Errc::network) return FailureClass::truncated;
  return FailureClass::protocol;
}

FailureClass classify_fault(const Error& error) {
  if (error.wire_code == "stream_incomplete") return FailureClass::truncated;
  return error.code == Errc::upstream_protocol ? FailureClass::bad_json : FailureClass::stream_error_frame;
}

FailureClass classify_status(int status) {
  if (status >= failing::first_server_error) return FailureClass::http_5xx;
  if (status == failing::too_many_requests) return FailureClass::http_429;
  return status >= failing::first_client_error ? FailureClass::http_4xx : FailureClass::http_other;
}

}  // namespace llmgw::bench
