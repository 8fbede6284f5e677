#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace llmgw::sse {

/// One server-sent event. The views are valid until the decoder is fed or asked again.
struct Frame {
  std::string_view event;     ///< value of the `event` field, empty when there was none
  std::string_view data;      ///< `data` lines joined with LF
  std::string_view id;        ///< last `id` seen, sticky
  std::string_view raw;       ///< the event's bytes as received, comments inside it and the ending blank line included
  bool unterminated = false;  ///< the stream ended without the blank line
};

/// Decodes an event stream (WHATWG HTML, "Server-sent events") from bytes cut anywhere. Sans-IO: feed bytes, take
/// frames until there are none. Bytes are copied at most once, and not at all while events arrive whole.
class Decoder {
 public:
  /// `max_event_bytes` bounds what is held for one unfinished event.
  explicit Decoder(std::size_t max_event_bytes = std::size_t{64} << 20U);

  /// Hands over the next bytes; they must stay alive until the next call of `feed` or `finish`.
  void feed(std::string_view bytes);
  /// The end of the input: the next frames include a last one that lacks its blank line.
  void finish();
  /// The next event, nullopt when more bytes are needed, or an error when an event is over the limit.
  Result<std::optional<Frame>> next();
  /// Comment lines seen so far; each is a sign of life from the server.
  [[nodiscard]] std::size_t comments() const;
  /// Bytes of an unfinished event held right now.
  [[nodiscard]] std::size_t pending() const;

 private:
  struct Line;
  std::optional<std::string_view> take_line();
  void take_field(std::string_view line);
  std::size_t max_event_bytes_;
  std::string held_;             // start of an event that the fed bytes did not finish
  std::string_view input_;       // what next() reads: the fed bytes, or held_ joined with them
  std::size_t position_ = 0;     // start of the next line in input_
  std::size_t event_start_ = 0;  // start of the current event in input_
  std::string data_;
  std::string event_;
  std::string id_;
  std::size_t comments_ = 0;
  bool has_data_ = false;
  bool started_ = false;
  bool skip_lf_ = false;
  bool finished_ = false;
};

}  // namespace llmgw::sse
