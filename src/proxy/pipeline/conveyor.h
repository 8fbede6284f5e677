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

  /// Bytes for the client; the caller writes them, and clears them or calls `written`.
  [[nodiscard]] std::string& out() { return out_; }
  /// `out` has been written. Its memory goes back, so that the next event, of whatever stream, finds it in the cache.
  void written() { std::string().swap(out_); }
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
  IdSource& ids_;
  ir::ReasoningTags tags_;
  dialect::CustomCalls custom_calls_;
  std::optional<ir::Usage> estimate_;
  std::optional<std::string> stopped_;  // the word with which the model's server broke the answer off

  // What every event needs stands together: among many streams each line of it has to come from afar.
  Tap tap_;
  const Clock& clock_;
  const bool passes_bytes_;
  const bool splits_reasoning_;
  bool encoder_started_ = false;
  bool unedited_ = false;        // the last frame that was passed on went as it was
  int frames_fed_ = 0;           // by the bytes that are being read
  std::int64_t arrived_ns_ = 0;  // when those came
  std::unique_ptr<dialect::StreamDecoder> decoder_;
  std::unique_ptr<dialect::StreamEncoder> encoder_;
  std::string out_;
  ir::Events events_;  // reused between the frames of one piece
  sse::Decoder frames_;
};

}  // namespace llmgw::proxy
