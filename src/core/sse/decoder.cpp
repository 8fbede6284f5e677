#include "core/sse/decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/sse/line_end.h"

namespace llmgw::sse {
namespace decoding {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace decoding

Decoder::Decoder(std::size_t max_event_bytes) : max_event_bytes_(max_event_bytes) {}

void Decoder::feed(std::string_view bytes) {
  if (position_ < input_.size()) {
    own_rest(bytes);
    return;
  }
  if (dispatched_) begin_event();
  input_ = bytes;
  position_ = 0;
  event_start_ = 0;
  if (!started_) skip_byte_order_mark();
}

void Decoder::finish() {
  if (position_ < input_.size()) own_rest({});
  finished_ = true;
}

/// Copies what was fed and not read yet, since its owner may let it go now.
void Decoder::own_rest(std::string_view more) {
  if (dispatched_) begin_event();
  const std::size_t from = holding_ ? position_ : event_start_;
  std::string rest(input_.substr(from));
  rest += more;
  rest_ = std::make_shared<const std::string>(std::move(rest));
  input_ = *rest_;
  position_ -= from;
  event_start_ = 0;
}

void Decoder::skip_byte_order_mark() {
  while (position_ < input_.size() && mark_bytes_ < decoding::byte_order_mark.size() &&
         input_[position_] == decoding::byte_order_mark[mark_bytes_]) {
    ++position_;
    ++mark_bytes_;
  }
  event_start_ = position_;
  if (mark_bytes_ == decoding::byte_order_mark.size()) {
    started_ = true;
  } else if (position_ < input_.size()) {
    started_ = true;
    // It only looked like a mark: these bytes begin the first line.
    held_ = decoding::byte_order_mark.substr(0, mark_bytes_);
    holding_ = mark_bytes_ != 0;
  }
}

void Decoder::begin_event() {
  dispatched_ = false;
  if (std::exchange(holding_, false)) held_.clear();
  event_start_ = position_;
  line_start_ = 0;
  event_ = {};
  data_lines_ = 0;
  has_field_ = false;
  crlf_ = false;
}

std::size_t Decoder::event_bytes() const { return holding_ ? held_.size() : position_ - event_start_; }

std::string_view Decoder::part(Part part) const {
  const std::string_view event = holding_ ? std::string_view(held_) : input_.substr(event_start_);
  return event.substr(part.offset, part.size);
}

/// Keeps the unfinished event, of which no more bytes are there.
void Decoder::hold() {
  if (holding_) {
    held_.append(input_.substr(position_));
  } else {
    held_.assign(input_.substr(event_start_));
    holding_ = !held_.empty();
  }
  position_ = input_.size();
  if (!holding_) event_start_ = position_;
}

std::optional<Decoder::Part> Decoder::take_line() {
  if (skip_lf_ && position_ < input_.size()) {
    skip_lf_ = false;
    if (input_[position_] == '\n') {
      // The line end was cut between CR and LF. At the start of an event it was the one before's.
      ++position_;
      if (holding_) {
        held_.push_back('\n');
        ++line_start_;
        crlf_ = true;
      } else {
        event_start_ = position_;
      }
    }
  }
  const std::size_t stop = find_line_end(input_, position_);
  if (stop == input_.size()) {
    hold();
    return std::nullopt;
  }
  const Part line{line_start_, event_bytes() + (stop - position_) - line_start_};
  std::size_t after = stop + 1;
  const bool cr = input_[stop] == '\r';
  const bool lf_follows = cr && after < input_.size() && input_[after] == '\n';
  skip_lf_ = cr && after == input_.size();
  if (lf_follows) ++after;
  if (line.size != 0) crlf_ = lf_follows;
  if (holding_) held_.append(input_.substr(position_, after - position_));
  position_ = after;
  line_start_ = event_bytes();
  return line;
}

void Decoder::take_field(Part line) {
  const std::string_view text = part(line);
  const std::size_t colon = std::min(text.find(':'), text.size());
  if (colon == 0) {
    ++comments_;
    if (!has_field_) begin_event();
    return;
  }
  has_field_ = true;
  const std::string_view name = text.substr(0, colon);
  std::size_t skipped = std::min(colon + 1, text.size());
  if (skipped < text.size() && text[skipped] == ' ') ++skipped;
  const Part value{line.offset + skipped, line.size - skipped};
  if (name == "data") {
    if (data_lines_ == 0) {
      first_data_ = value;
    } else {
      if (data_lines_ == 1) joined_data_ = part(first_data_);
      joined_data_ += '\n';
      joined_data_ += part(value);
    }
    ++data_lines_;
  } else if (name == "event") {
    event_ = value;
  } else if (name == "id" && part(value).find('\0') == std::string_view::npos) {
    id_ = part(value);
  }
  // `retry` says when to connect again, which is not the business of a gateway; other names are to be ignored.
}

Frame Decoder::dispatch(bool unterminated) {
  if (skip_lf_ && crlf_) {
    // The blank line was cut between CR and LF. Whoever passes the event on needs both bytes now, as some clients
    // look for CR LF CR LF before they hand out an event; the LF itself is dropped when it comes.
    if (!holding_) {
      held_.assign(input_.substr(event_start_, position_ - event_start_));
      holding_ = true;
    }
    held_.push_back('\n');
  }
  dispatched_ = true;
  Frame frame;
  frame.event = part(event_);
  frame.data = data_lines_ == 1 ? part(first_data_) : std::string_view(joined_data_);
  frame.id = id_;
  frame.raw = part({0, event_bytes()});
  frame.unterminated = unterminated;
  return frame;
}

std::optional<Frame> Decoder::take_unterminated() {
  const Part last{line_start_, event_bytes() - line_start_};
  if (last.size != 0) take_field(last);
  if (data_lines_ != 0) return dispatch(true);
  begin_event();
  return std::nullopt;
}

Result<std::optional<Frame>> Decoder::next() {
  if (dispatched_) begin_event();
  std::optional<Part> line = take_line();
  // A line end does not count before there is a next line: whether its LF is here yet depends on how reads were cut.
  while (line && line->offset + line->size <= max_event_bytes_) {
    if (line->size != 0) {
      take_field(*line);
    } else if (data_lines_ != 0) {
      return dispatch(false);
    } else {
      begin_event();
    }
    line = take_line();
  }
  if (line || event_bytes() > max_event_bytes_) {
    return fail(Errc::upstream_protocol,
                fmt::format("an event of the stream is larger than {} bytes", max_event_bytes_));
  }
  if (finished_) return take_unterminated();
  return std::nullopt;
}

}  // namespace llmgw::sse
