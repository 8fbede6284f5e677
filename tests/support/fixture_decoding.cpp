#include <algorithm>
#include <random>
#include <stdexcept>

#include "core/sse/decoder.h"
#include "support/event_text.h"
#include "support/fixtures.h"

namespace llmgw::fixtures {
namespace fixture_decoding {

// Feeds one piece and hands every event that it completes to the dialect's decoder.
bool feed(sse::Decoder& frames, dialect::StreamDecoder& decoder, ir::Events& events) {
  for (;;) {
    auto frame = frames.next();
    if (!frame) return false;
    if (!*frame) return true;
    decoder.frame(**frame, events);
  }
}

std::size_t piece_size(Cut cut, std::size_t left, std::mt19937_64& random) {
  if (cut == Cut::whole) return left;
  if (cut == Cut::bytes) return 1;
  return std::min(left, std::uniform_int_distribution<std::size_t>(1, 97)(random));
}

}  // namespace fixture_decoding

ir::Events decode_stream(const dialect::Dialect& dialect, std::string_view bytes, Cut cut, std::uint64_t seed) {
  IdSource ids(seed);
  std::mt19937_64 random(seed);
  sse::Decoder frames;
  const auto decoder = dialect.stream_decoder(ids);
  ir::Events events;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto size = fixture_decoding::piece_size(cut, bytes.size() - at, random);
    // A copy that dies after the read, as a connection's buffer would.
    const std::string piece(bytes.substr(at, size));
    frames.feed(piece);
    if (!fixture_decoding::feed(frames, *decoder, events)) return events;
    at += size;
  }
  frames.finish();
  fixture_decoding::feed(frames, *decoder, events);
  decoder->end(events);
  return events;
}

ir::Events decode(const Answer& answer, Cut cut, std::uint64_t seed) {
  ir::Events events;
  if (answer.status >= 400) {
    events.emplace_back(ir::Fault{answer.dialect->decode_error(answer.status, {}, answer.body)});
    events.emplace_back(ir::End{false});
    return events;
  }
  if (answer.stream) return decode_stream(*answer.dialect, answer.body, cut, seed);
  IdSource ids(seed);
  const auto body = json::parse(answer.body);
  if (!body) return events;
  answer.dialect->decode_response(*body, ids, events);
  ir::Events outline;
  answer.dialect->outline_response(*body, outline);
  if (books_of(events) != books_of(outline)) {
    throw std::runtime_error("the outline of an answer differs: " + books_of(events) + " / " + books_of(outline));
  }
  return events;
}

ir::Answer collect(const ir::Events& events) {
  ir::Collector collector;
  collector.add(events);
  return collector.take();
}

}  // namespace llmgw::fixtures
