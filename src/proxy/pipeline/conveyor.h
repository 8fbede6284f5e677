#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/dialects/dialect.h"
#include "core/ir/reasoning_tags.h"
#include "core/json/view.h"
#include "core/sse/decoder.h"
#include "proxy/pipeline/attempt.h"
#include "proxy/pipeline/tap.h"

namespace llmgw::proxy {

/// Carries a streamed answer from the upstream's bytes to the client's. Sans-IO: bytes in, bytes out, so every cut of
/// the stream can be tested. Same format: whole events are forwarded as they are, with small edits spliced in, and
/// read for accounting. Translated: events are decoded and encoded again. After a fault nothing more is written.
class Conveyor {
 public:
  /// The attempt, client dialect, ids and clock must outlive it.
  Conveyor(const Attempt& attempt, const dialect::Dialect& client, IdSource& ids, const Clock& clock);

  /// Takes bytes of the upstream's event stream.
  void feed(std::string_view bytes);
  /// The upstream closed its stream.
  void finish();
  /// Takes a whole answer instead of a stream.
  void feed_whole(json::View body);
  /// The connection to the upstream failed.
  void fail(const Error& error);
  /// Adds a keep-alive where the client's format allows one.
  void keep_alive();

  /// Bytes for the client; the caller writes and clears them.
  [[nodiscard]] std::string& out() { return out_; }
  /// The last bytes brought one event at most. While a burst waits for its turn more of it comes.
  [[nodiscard]] bool single() const { return frames_fed_ <= 1; }
  /// The answer is over: nothing more will come out.
  [[nodiscard]] bool over() const { return tap_.ended() || tap_.fault().has_value(); }
  [[nodiscard]] const Tap& tap() const { return tap_; }
  /// What the answer cost; an estimate where the upstream sends none to a client that is always told.
  [[nodiscard]] const std::optional<ir::Usage>& usage() const { return estimate_ ? estimate_ : tap_.usage(); }

 private:
  void take_frames();
  void take(const sse::Frame& frame);
  void pass(const sse::Frame& frame);
  void split_reasoning();
  void tell_stop();
  void restore_tools();
  void translate();
  void emit(const ir::Event& event);
  void fault_out();
  [[nodiscard]] bool estimates_usage() const;

  const Attempt& attempt_;
  const dialect::Dialect& client_;
  const Clock& clock_;
  IdSource& ids_;
  sse::Decoder frames_;
  std::unique_ptr<dialect::StreamDecoder> decoder_;
  std::unique_ptr<dialect::StreamEncoder> encoder_;
  ir::ReasoningTags tags_;
  dialect::CustomCalls custom_calls_;
  ir::Events events_;            // reused between frames
  std::int64_t arrived_ns_ = 0;  // when the bytes came that are being read
  int frames_fed_ = 0;           // by those bytes
  std::string out_;
  Tap tap_;
  std::optional<ir::Usage> estimate_;
  bool encoder_started_ = false;
  std::optional<std::string> stopped_;  // the word with which the model's server broke the answer off
  bool unedited_ = false;               // the last frame that was passed on went as it was
};

}  // namespace llmgw::proxy
