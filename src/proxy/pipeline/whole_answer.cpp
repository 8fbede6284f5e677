#include "proxy/pipeline/whole_answer.h"

#include "core/dialects/upstream_error.h"
#include "core/ir/answer.h"
#include "core/ir/reasoning_tags.h"
#include "core/sse/decoder.h"
#include "proxy/pipeline/answer_body.h"

namespace llmgw::proxy {

Error unreadable_answer(const Error& parse_error) {
  Error error;
  error.code = Errc::upstream_protocol;
  error.message = "the upstream's answer is no JSON: " + parse_error.message;
  return error;
}

WholeAnswer::WholeAnswer(const Attempt& attempt, const dialect::Dialect& client, IdSource& ids, const Clock& clock)
    : attempt_(attempt), client_(client), ids_(ids), clock_(clock) {}

Result<> WholeAnswer::decode(std::string_view body, bool is_events) {
  if (!is_events) {
    auto view = json::parse(body);
    if (!view) return std::unexpected(unreadable_answer(view.error()));
    view_ = *view;
    events_.reserve(4);
    if (attempt_.passes_bytes())
      attempt_.dialect.outline_response(view_, events_);
    else
      attempt_.dialect.decode_response(view_, ids_, events_);
    return {};
  }
  sse::Decoder frames;
  const auto decoder = attempt_.dialect.stream_decoder(ids_);
  frames.feed(body);
  frames.finish();
  for (;;) {
    TRY(const auto frame, frames.next());
    if (!frame) break;
    decoder->frame(*frame, events_);
  }
  decoder->end(events_);
  return {};
}

Result<std::string> WholeAnswer::convert(std::string body, const http::ResponseHead& head) {
  const bool is_events = body_kind(head, body) == BodyKind::events;
  TRY_VOID(decode(body, is_events));
  if (const auto tags = attempt_.upstream.reasoning_tags; tags != config::ReasoningTags::off) {
    ir::Events split;
    ir::ReasoningTags(tags == config::ReasoningTags::opened).filter(events_, split);
    events_ = std::move(split);
  }
  tap_.see(events_, clock_.now_ns());
  if (tap_.fault()) {
    auto error = *tap_.fault();
    hide_credentials(attempt_, error.message);
    return std::unexpected(std::move(error));
  }
  usage_ = tap_.usage();
  if (attempt_.passes_bytes() && !is_events) {
    if (attempt_.edits.model.empty()) return body;
    return client_.restamp_response(view_, attempt_.edits.model);
  }
  attempt_.tool_names.restore(events_);
  dialect::CustomCalls(attempt_.custom_calls).restore(events_);
  ir::Collector collector;
  collector.add(events_);
  auto answer = collector.take();
  // Written as an answer it would look finished: no format has a word for it that clients take as a failure.
  for (const auto& choice : answer.choices) {
    if (choice.finish == ir::FinishReason::error) return std::unexpected(dialect::model_stopped(choice.raw_finish));
  }
  if (!answer.usage && &client_ == &dialect::anthropic_messages) {
    usage_ = tap_.estimate(attempt_.client.input_estimate);
    answer.usage = usage_;
  }
  return client_.encode_response(answer, attempt_.client);
}

}  // namespace llmgw::proxy
