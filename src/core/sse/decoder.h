#pragma once

#include <cstddef>
#include <memory>
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
  std::string_view raw;       ///< the event's bytes as received: from its first field to its blank line, with the
                              ///< comments between; what stands outside of events with data is in no frame
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
  [[nodiscard]] std::size_t comments() const { return comments_; }
  /// Bytes of an unfinished event held right now.
  [[nodiscard]] std::size_t pending() const { return dispatched_ ? 0 : held_.size(); }

 private:
  /// A part of the current event, counted from its start: the bytes may move between two lines.
  struct Part {
    std::size_t offset = 0;
    std::size_t size = 0;
  };
  void own_rest(std::string_view more);
  void skip_byte_order_mark();
  void begin_event();
  void hold();
  std::optional<Part> take_line();
  void take_field(Part line);
  std::optional<Frame> take_unterminated();
  Frame dispatch(bool unterminated);
  [[nodiscard]] std::size_t event_bytes() const;
  [[nodiscard]] std::string_view part(Part part) const;

  // What events that come whole need stands first and together.
  std::string_view input_;       // the bytes fed last
  std::size_t position_ = 0;     // in input_: what is not read yet
  std::size_t event_start_ = 0;  // in input_; without meaning while holding_
  std::size_t line_start_ = 0;   // counted from the event's start
  Part event_;
  Part first_data_;
  std::size_t data_lines_ = 0;
  bool holding_ = false;
  bool has_field_ = false;
  bool crlf_ = false;  // the last line ended with CR LF
  bool started_ = false;
  bool skip_lf_ = false;  // the last byte read was the CR of a line end
  bool dispatched_ = false;
  bool finished_ = false;
  std::size_t max_event_bytes_;
  std::string id_;

  std::string held_;                         // the current event so far, when it began in earlier bytes (holding_)
  std::string joined_data_;                  // only when there are several data lines
  std::shared_ptr<const std::string> rest_;  // owns input_ when that has to outlive the bytes fed
  std::size_t comments_ = 0;
  std::size_t mark_bytes_ = 0;  // of a byte order mark, matched so far
};

}  // namespace llmgw::sse
