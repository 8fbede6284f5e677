#include "core/bench/tracker.h"

#include <algorithm>
#include <variant>

#include "core/dialects/upstream_error.h"

namespace llmgw::bench {
namespace tracking {

bool bears_token(const ir::Event& event) {
  if (const auto* open = std::get_if<ir::BlockOpen>(&event)) return open->kind == ir::BlockKind::tool_call;
  const auto* delta = std::get_if<ir::Delta>(&event);
  if (delta == nullptr) return false;
  switch (delta->kind) {
    case ir::DeltaKind::text:
    case ir::DeltaKind::reasoning:
    case ir::DeltaKind::refusal:
    case ir::DeltaKind::args:
    case ir::DeltaKind::data: return true;
    case ir::DeltaKind::signature:
    case ir::DeltaKind::encrypted:
    case ir::DeltaKind::opaque_id:
    case ir::DeltaKind::citation: return false;
  }
  return false;
}

bool is_reasoning(const ir::Event& event) {
  const auto* delta = std::get_if<ir::Delta>(&event);
  return delta != nullptr && delta->kind == ir::DeltaKind::reasoning;
}

}  // namespace tracking

void Tracker::take(const ir::Event& event, Moment arrived) {
  if (const auto* usage = std::get_if<ir::Usage>(&event)) {
    if (usage->estimated) return;
    sample_.input_tokens = usage->input_total;
    sample_.output_tokens = usage->output_total;
  } else if (const auto* fault = std::get_if<ir::Fault>(&event)) {
    if (sample_.ok()) {
      sample_.failure = classify_fault(fault->error);
      sample_.message = fault->error.message;
    }
  } else if (const auto* finish = std::get_if<ir::Finish>(&event)) {
    if (finish->reason == ir::FinishReason::error && sample_.ok()) {
      const auto stopped = dialect::model_stopped(finish->raw);
      sample_.failure = classify_fault(stopped);
      sample_.message = stopped.message;
    }
  } else if (const auto* end = std::get_if<ir::End>(&event)) {
    complete_ = end->complete;
    if (!sample_.done) sample_.done = arrived;
  }
}

void Tracker::frame(const ir::Events& events, Moment arrived) {
  if (!sample_.first_event && !events.empty()) sample_.first_event = arrived;
  for (const auto& event : events) take(event, arrived);
  const bool any = std::ranges::any_of(events, tracking::bears_token);
  if (!any) return;
  any_token_ = true;
  sample_.tokens.push_back(arrived);
  const bool content = std::ranges::any_of(
      events, [](const auto& event) { return tracking::bears_token(event) && !tracking::is_reasoning(event); });
  if (content && !sample_.first_content) sample_.first_content = arrived;
}

void Tracker::whole(const ir::Events& events, Moment arrived) {
  for (const auto& event : events) take(event, arrived);
  any_token_ = std::ranges::any_of(events, tracking::bears_token);
}

void Tracker::finish() {
  if (!sample_.ok()) return;
  if (!complete_) {
    sample_.failure = FailureClass::truncated;
    sample_.message = "the answer ended without its end mark";
  } else if (!any_token_) {
    sample_.failure = FailureClass::empty;
    sample_.message = "the answer is complete and holds no token";
  }
}

}  // namespace llmgw::bench
