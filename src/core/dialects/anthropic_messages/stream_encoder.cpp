#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "core/base/overloaded.h"
#include "core/dialects/anthropic_messages/block_writer.h"
#include "core/dialects/anthropic_messages/error_object.h"
#include "core/dialects/anthropic_messages/event_writer.h"
#include "core/dialects/anthropic_messages/format.h"
#include "core/dialects/anthropic_messages/stop_reason.h"
#include "core/dialects/upstream_error.h"
#include "core/sse/encoder.h"
#include "core/tokens/estimate.h"

namespace llmgw::dialect::messages {
namespace encoding {

// Messages clients take one open block at a time, with rising indexes; events may hold several open ones (parallel
// calls of a Chat upstream). What cannot be written yet waits, in the order of opening.
struct Waiting {
  ir::BlockOpen open;
  std::vector<ir::Delta> deltas;
  bool closed = false;
};

class Encoder final : public StreamEncoder {
 public:
  explicit Encoder(const ClientContext& client) : client_(client), blocks_(client) {}
  void encode(const ir::Event& event, std::string& out) override;
  void keep_alive(std::string& out) override;

 private:
  void start(std::string_view model, std::string& out);
  void open(const ir::BlockOpen& open, std::string& out);
  void delta(const ir::Delta& delta, std::string& out);
  void close(int index, std::string& out);
  void advance(std::string& out);
  void drain(std::string& out);
  void end(const ir::End& end, std::string& out);
  void fail_with(const Error& error, std::string& out);
  Waiting* waiting(int index);

  ClientContext client_;
  BlockWriter blocks_;
  std::deque<Waiting> waiting_;
  std::optional<ir::Usage> usage_;
  tokens::OutputCounter counted_;
  ir::Finish finish_;
  bool started_ = false;
  bool over_ = false;
};

void Encoder::encode(const ir::Event& event, std::string& out) {
  if (over_) return;
  if (!usage_) counted_.add(event);
  std::visit(overloaded{
                 [&](const ir::Start& begin) { start(begin.model, out); },
                 [&](const ir::BlockOpen& block) {
                   if (block.choice == 0) open(block, out);
                 },
                 [&](const ir::Delta& piece) {
                   if (piece.choice == 0) delta(piece, out);
                 },
                 [&](const ir::BlockClose& block) {
                   if (block.choice == 0) close(block.index, out);
                 },
                 [](const ir::Logprobs&) {},
                 [&](const ir::Finish& finish) {
                   if (finish.choice == 0 && finish.reason != ir::FinishReason::none) finish_ = finish;
                 },
                 [&](const ir::Usage& usage) { usage_ = usage; },
                 [&](const ir::Fault& fault) { fail_with(fault.error, out); },
                 [&](const ir::Heartbeat&) {
                   if (started_) append_ping(out);
                 },
                 [&](const ir::End& last) { end(last, out); },
             },
             event);
}

void Encoder::start(std::string_view model, std::string& out) {
  if (started_) return;
  started_ = true;
  // Claude Code reads the size of its context from this event alone, and most upstreams tell it at the end.
  ir::Usage usage;
  usage.input_total = client_.input_estimate;
  if (usage_) usage = *usage_;
  usage.output_total = 0;
  usage.output_reasoning = 0;
  append_message_start(out, client_.ids->make("msg_", 24), client_.model.empty() ? model : client_.model, usage);
}

void Encoder::open(const ir::BlockOpen& open, std::string& out) {
  start({}, out);
  if (blocks_.is_open() && (!waiting_.empty() || !blocks_.may_close())) {
    waiting_.push_back({open, {}, false});
    return advance(out);
  }
  blocks_.close(out);
  blocks_.open(open, out);
}

Waiting* Encoder::waiting(int index) {
  const auto found = std::ranges::find_if(waiting_, [&](const Waiting& block) { return block.open.index == index; });
  return found == waiting_.end() ? nullptr : &*found;
}

void Encoder::delta(const ir::Delta& piece, std::string& out) {
  if (blocks_.is_open(piece.index)) {
    blocks_.write(piece, out);
    return advance(out);
  }
  if (auto* block = waiting(piece.index)) {
    block->deltas.push_back(piece);
    return;
  }
  // Text that comes back to a block which had to be closed goes on in a new one.
  ir::BlockOpen again;
  again.index = piece.index;
  switch (piece.kind) {
    case ir::DeltaKind::text: again.kind = ir::BlockKind::text; break;
    case ir::DeltaKind::refusal: again.kind = ir::BlockKind::refusal; break;
    case ir::DeltaKind::reasoning: again.kind = ir::BlockKind::reasoning; break;
    default: return;
  }
  open(again, out);
  delta(piece, out);
}

void Encoder::close(int index, std::string& out) {
  if (blocks_.is_open(index)) {
    blocks_.close(out);
    return advance(out);
  }
  if (auto* block = waiting(index)) block->closed = true;
}

void Encoder::advance(std::string& out) {
  while (!waiting_.empty() && (!blocks_.is_open() || blocks_.may_close())) {
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    blocks_.close(out);
    blocks_.open(next.open, out);
    for (const auto& piece : next.deltas) blocks_.write(piece, out);
    if (next.closed) blocks_.close(out);
  }
}

void Encoder::drain(std::string& out) {
  blocks_.close(out);
  for (const auto& block : waiting_) {
    blocks_.open(block.open, out);
    for (const auto& piece : block.deltas) blocks_.write(piece, out);
    blocks_.close(out);
  }
  waiting_.clear();
}

void Encoder::end(const ir::End& end, std::string& out) {
  if (!end.complete) return fail_with(stream_incomplete(), out);
  if (finish_.reason == ir::FinishReason::error) return fail_with(model_stopped(finish_.raw), out);
  start({}, out);
  drain(out);
  ir::Usage usage;
  usage.input_total = client_.input_estimate;
  usage.output_total = counted_.tokens();
  usage.output_reasoning = counted_.reasoning_tokens();
  append_message_delta(out, blocks_.ending(finish_), usage_.value_or(usage));
  append_message_stop(out);
  over_ = true;
}

void Encoder::fail_with(const Error& error, std::string& out) {
  append_error(out, error);
  over_ = true;
}

void Encoder::keep_alive(std::string& out) {
  if (over_) return;
  if (started_) return append_ping(out);
  sse::append_comment(out, "keep-alive");
}

}  // namespace encoding

std::unique_ptr<StreamEncoder> stream_encoder(const ClientContext& client) {
  return std::make_unique<encoding::Encoder>(client);
}

}  // namespace llmgw::dialect::messages
