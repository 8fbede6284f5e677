// A message must be understood, or refused, the same way however its bytes are cut; what is understood must survive
// being written and read again.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "core/http/parser.h"
#include "core/http/writer.h"

namespace http_fuzz {

using namespace llmgw::http;

void require(bool fact) {
  if (!fact) std::abort();
}

Limits small_limits() {
  Limits limits;
  limits.head_bytes = 512;
  limits.header_fields = 10;
  limits.body_bytes = 256;
  return limits;
}

struct Outcome {
  std::string text;  ///< what was understood
  bool refused = false;
  bool done = false;
  std::size_t used = 0;
  bool operator==(const Outcome&) const = default;
};

std::string lines(const Headers& headers) {
  std::string out;
  for (const auto& line : headers) out.append(line.name).append("=").append(line.value).append("\n");
  return out;
}

std::string summary(const Request& request) {
  return request.method + " " + request.target + (request.keep_alive ? " keep " : " close ") + lines(request.headers) +
         request.body;
}

Outcome read_request(std::string_view bytes, std::size_t piece) {
  RequestParser parser(small_limits());
  Outcome outcome;
  while (outcome.used < bytes.size() && !parser.done()) {
    const auto part = std::make_unique<std::string>(bytes.substr(outcome.used, piece));
    const auto used = parser.feed(*part);
    if (!used) {
      require(used.error().status >= 400 && used.error().status <= 505);
      return {"", true, false, 0};
    }
    require(*used == part->size() || parser.done());
    outcome.used += *used;
  }
  outcome.done = parser.done();
  if (outcome.done) outcome.text = summary(parser.request());
  return outcome;
}

Outcome read_response(std::string_view bytes, std::size_t piece) {
  ResponseParser parser(false, small_limits());
  Outcome outcome;
  std::string body;
  while (outcome.used < bytes.size() && !parser.done()) {
    const auto part = std::make_unique<std::string>(bytes.substr(outcome.used, piece));
    const auto used = parser.feed(*part, body);
    if (!used) return {"", true, false, 0};
    require(*used == part->size() || parser.done());
    outcome.used += *used;
  }
  outcome.done = parser.finish().has_value();
  if (outcome.done) {
    outcome.text = std::to_string(parser.head().status) + parser.head().reason + lines(parser.head().headers) + body;
  }
  return outcome;
}

/// A request that was understood, as it would go on to another server.
void check_forwarding(std::string_view bytes) {
  RequestParser parser(small_limits());
  if (!parser.feed(bytes) || !parser.done()) return;
  const Request& request = parser.request();
  std::string out;
  append_request_head(out, request, "upstream", request.body.size());
  out += request.body;
  RequestParser again;
  require(again.feed(out) == out.size() && again.done());
  require(again.request().target == request.target && again.request().body == request.body);
  require(again.request().headers.joined("host") == "upstream");
}

}  // namespace http_fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto request = http_fuzz::read_request(bytes, size + 1);
  const auto response = http_fuzz::read_response(bytes, size + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{33}}) {
    http_fuzz::require(http_fuzz::read_request(bytes, piece) == request);
    http_fuzz::require(http_fuzz::read_response(bytes, piece) == response);
  }
  http_fuzz::check_forwarding(bytes);
  return 0;
}
