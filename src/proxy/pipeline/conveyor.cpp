#include "proxy/pipeline/conveyor.h"

#include <utility>
#include <variant>
#include "core/dialects/line_safe.h"
#include "core/dialects/upstream_error.h"

namespace llmgw::proxy {

Conveyor::Conveyor(const Attempt& attempt, const dialect::Dialect& client, IdSource& ids, const Clock& clock)
    : attempt_(attempt),
      client_(client),
      ids_(ids),
      tags_(attempt.upstream.reasoning_tags == config::ReasoningTags::opened),
      custom_calls_(attempt.custom_calls),
      clock_(clock),
      passes_bytes_(attempt.passes_bytes()),
      splits_reasoning_(attempt.upstream.reasoning_tags != config::ReasoningTags::off),
      decoder_(attempt.dialect.stream_decoder(ids)),
      encoder_(client.stream_encoder(attempt.client)) {}

bool Conveyor::estimates_usage() const {
  // Messages clients read their context figure from every answer; Chat clients are used to answers without usage.
  return !passes_bytes_ && &client_ == &dialect::anthropic_messages;
}

void Conveyor::feed(std::string_view bytes) {
  arrived_ns_ = clock_.now_ns();
  if (passes_bytes_) out_.reserve(out_.size() + bytes.size());
  frames_fed_ = 0;
  frames_.feed(bytes);
  take_frames();
  ir::Events().swap(events_);  // like `written`
}

void Conveyor::finish() {
  if (over()) return;
  arrived_ns_ = clock_.now_ns();
  frames_.finish();
  take_frames();
  if (over()) return;
  events_.clear();
  decoder_->end(events_);
  split_reasoning();
  tell_stop();
  tap_.see(events_, arrived_ns_);
  if (tap_.fault()) return fault_out();
  if (!passes_bytes_) translate();
}

void Conveyor::take_frames() {
  while (!over()) {
    const auto frame = frames_.next();
    if (!frame) return fail(frame.error());
    if (!*frame) return;
    ++frames_fed_;
    take(**frame);
  }
}

void Conveyor::take(const sse::Frame& frame) {
  events_.clear();
  decoder_->frame(frame, events_);
  split_reasoning();
  tell_stop();
  tap_.see(events_, arrived_ns_);
  if (tap_.fault()) return fault_out();
  if (passes_bytes_) return pass(frame);
  translate();
}

void Conveyor::pass(const sse::Frame& frame) {
  if (!encoder_started_) {
    // The encoder writes nothing of a passed stream but keep-alives and faults; it has to know that the stream has
    // begun to choose a legal form for them.
    encoder_started_ = true;
    std::string unused;
    encoder_->encode(ir::Start{}, unused);
  }
  // What needed no edit needs none when it comes again with another text.
  if (unedited_ && decoder_->repeats()) return dialect::append_frame(out_, frame);
  const auto before = out_.size();
  client_.edit_frame(frame, attempt_.edits, out_);
  unedited_ = std::string_view(out_).substr(before) == frame.raw;
}

void Conveyor::split_reasoning() {
  if (!splits_reasoning_) return;
  ir::Events split;
  tags_.filter(events_, split);
  events_ = std::move(split);
}

// No format has a word for an answer that its server broke off: translated, it would look finished.
void Conveyor::tell_stop() {
  if (passes_bytes_) return;
  for (auto& event : events_) {
    const auto* finish = std::get_if<ir::Finish>(&event);
    if (finish != nullptr && finish->reason == ir::FinishReason::error) stopped_ = finish->raw;
    const auto* end = std::get_if<ir::End>(&event);
    if (stopped_ && end != nullptr && end->complete) event = ir::Fault{dialect::model_stopped(*stopped_)};
  }
}

void Conveyor::restore_tools() {
  attempt_.tool_names.restore(events_);
  custom_calls_.restore(events_);
}

void Conveyor::translate() {
  restore_tools();
  for (const auto& event : events_) emit(event);
}

void Conveyor::emit(const ir::Event& event) {
  const bool closing = std::holds_alternative<ir::End>(event);
  if (closing && !tap_.usage() && estimates_usage()) {
    estimate_ = tap_.estimate(attempt_.client.input_estimate);
    encoder_->encode(*estimate_, out_);
  }
  encoder_->encode(event, out_);
}

void Conveyor::fault_out() {
  restore_tools();
  // What the same batch brought before the fault still reaches a translated client, but for the end of blocks that
  // break off: it would say that they are whole, and Claude Code then keeps half an answer instead of asking again.
  for (const auto& event : events_) {
    if (std::holds_alternative<ir::Fault>(event)) break;
    const bool ends_block = std::holds_alternative<ir::BlockClose>(event);
    if (!passes_bytes_ && !ends_block) encoder_->encode(event, out_);
  }
  auto message = tap_.fault()->message;
  hide_credentials(attempt_, message);
  tap_.reword_fault(std::move(message));
  encoder_->encode(ir::Fault{*tap_.fault()}, out_);
}

void Conveyor::feed_whole(json::View body) {
  arrived_ns_ = clock_.now_ns();
  events_.clear();
  attempt_.dialect.decode_response(body, ids_, events_);
  split_reasoning();
  tell_stop();
  tap_.see(events_, arrived_ns_);
  if (tap_.fault()) return fault_out();
  translate();
}

void Conveyor::fail(const Error& error) {
  if (over()) return;
  arrived_ns_ = clock_.now_ns();
  events_.clear();
  events_.emplace_back(ir::Fault{error});
  tap_.see(events_, arrived_ns_);
  fault_out();
}

void Conveyor::keep_alive() { encoder_->keep_alive(out_); }

}  // namespace llmgw::proxy
