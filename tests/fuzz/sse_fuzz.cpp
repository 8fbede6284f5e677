// The same events must come out however the stream is cut, and no byte of them from nowhere.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/sse/decoder.h"

namespace sse_fuzz {

using llmgw::sse::Decoder;

void require(bool fact) {
  if (!fact) std::abort();
}

struct Event {
  std::string event, data, id;
  bool unterminated;
  bool operator==(const Event&) const = default;
};

struct Outcome {
  std::vector<Event> events;
  std::size_t comments = 0;
  bool refused = false;
  bool operator==(const Outcome&) const = default;
};

bool take(Decoder& decoder, Outcome& outcome) {
  for (;;) {
    const auto frame = decoder.next();
    if (!frame) {
      outcome.refused = true;
      return false;
    }
    if (!*frame) return true;
    const auto& [event, data, id, raw, unterminated] = **frame;
    require(raw.size() >= data.size());
    outcome.events.push_back({std::string(event), std::string(data), std::string(id), unterminated});
  }
}

/// Feeds pieces of a size that changes, each from memory of its own, so that a stale view is found.
Outcome decode(std::string_view stream, std::size_t piece) {
  Decoder decoder(200);
  Outcome outcome;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    const auto bytes = std::make_unique<std::string>(stream.substr(at, piece));
    decoder.feed(*bytes);
    if (!take(decoder, outcome)) return outcome;
  }
  decoder.finish();
  if (take(decoder, outcome)) outcome.comments = decoder.comments();
  require(outcome.refused || decoder.pending() == 0);
  return outcome;
}

}  // namespace sse_fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  const auto whole = sse_fuzz::decode(stream, size + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{64}}) {
    sse_fuzz::require(sse_fuzz::decode(stream, piece) == whole);
  }
  return 0;
}
