#include <fmt/format.h>

#include <algorithm>

#include "core/health/deep/asking.h"

namespace llmgw::health::deep {
namespace deep_stream {

// A single token would show neither gaps nor whether something on the way holds events back.
constexpr std::int64_t tokens = 16;
constexpr std::string_view count = "Count from 1 to 30, with spaces between the numbers and nothing else.";

constexpr std::size_t burst_events = 5;
constexpr double burst_s = 0.005;
constexpr double held_share = 0.7;
constexpr double least_s = 0.25;  // what is over sooner is fast, not held back

/// Most of the answer at once, after most of the time: somebody between the model and us collects it first.
bool held_back(const std::vector<double>& moments, double total) {
  if (moments.size() < burst_events || total < least_s) return false;
  const auto first = moments[moments.size() - burst_events];
  return first > held_share * total && moments.back() - first <= burst_s && moments.front() > held_share * total;
}

double longest_gap(const std::vector<double>& moments) {
  double gap = 0;
  for (std::size_t i = 1; i < moments.size(); ++i) gap = std::max(gap, moments[i] - moments[i - 1]);
  return gap;
}

/// What is no fault by itself, and explains one.
std::string notes_of(const Reply& reply) {
  std::string notes;
  if (const auto coding = reply.headers.get("content-encoding")) notes += fmt::format(", compressed with {}", *coding);
  const auto server = reply.headers.get("server").value_or("");
  if (server.contains("nginx") && !reply.headers.contains("x-accel-buffering")) {
    notes += ", through nginx and without X-Accel-Buffering: no";
  }
  return notes;
}

/// The first thing that is wrong with a stream, the worst first.
std::optional<Finding> fault_of(const Answer& answer, const Exchange& exchange, bool messages) {
  const auto type = exchange.reply.headers.get("content-type").value_or("");
  if (!type.starts_with("text/event-stream")) {
    return Finding{State::crit, "stream_not_sse", fmt::format("the content type is \"{}\"", type)};
  }
  if (!answer.trouble.empty()) return Finding{State::crit, "stream_error", answer.trouble};
  if (answer.moments.empty() && answer.finish.empty()) {
    return Finding{State::crit, "stream_empty", "no event holds anything of an answer"};
  }
  if (answer.finish.empty()) {
    return Finding{State::crit, "stream_unfinished", "the stream ends without a reason for the end"};
  }
  if (held_back(answer.moments, exchange.reply.seconds)) {
    return Finding{State::warn, "proxy_buffered",
                   fmt::format("{} events came at once, after {} of {}", answer.moments.size(),
                               value_text(answer.moments.front(), Unit::seconds),
                               value_text(exchange.reply.seconds, Unit::seconds))};
  }
  if (!answer.ended) {
    return Finding{State::warn, "stream_unmarked", messages ? "there is no message_stop" : "there is no [DONE]"};
  }
  if (!answer.completion_tokens) return Finding{State::warn, "usage_missing", "usage was asked for and did not come"};
  return std::nullopt;
}

}  // namespace deep_stream

Plan stream_plan(const Facts& facts, const Expectations& expectations) {
  const auto subject = consented(facts, expectations, Mode::chat);
  if (!subject) return std::unexpected(subject.error());
  Prompt prompt{.text = deep_stream::count, .tokens = deep_stream::tokens, .streamed = true};
  if (facts.kind->messages_only) return std::vector{ask_messages(*subject, prompt)};
  prompt.members = R"(,"stream_options":{"include_usage":true})";
  return std::vector{ask_chat(*subject, prompt)};
}

Finding stream(const Facts& facts, const Expectations& /*unused*/) {
  const auto [exchanges, instead] = answers_to(facts, "stream");
  if (exchanges == nullptr) return instead;
  const auto& exchange = exchanges->front();
  if (auto failed = unserved(exchange)) return *std::move(failed);
  const bool messages = facts.kind->messages_only;
  const auto answer = messages ? read_messages(exchange) : read_chat(exchange);
  auto finding = deep_stream::fault_of(answer, exchange, messages).value_or(Finding{State::ok, "ok", {}});
  finding.figures.push_back({"", exchange.reply.seconds, Unit::seconds});
  if (!answer.moments.empty()) {
    finding.figures.push_back({"ttft", answer.moments.front(), Unit::seconds});
    finding.figures.push_back({"gap", deep_stream::longest_gap(answer.moments), Unit::seconds});
  }
  finding.figures.push_back({"events", static_cast<double>(answer.moments.size()), Unit::count});
  if (finding.state == State::ok && !answer.moments.empty()) {
    finding.message = fmt::format("{} events, the first after {}, {} apart at most", answer.moments.size(),
                                  value_text(finding.figure("ttft")->value, Unit::seconds),
                                  value_text(finding.figure("gap")->value, Unit::seconds));
  } else if (finding.state == State::ok) {
    finding.message = "no visible event, and a proper end";
  }
  finding.message += deep_stream::notes_of(exchange.reply);
  return finding;
}

}  // namespace llmgw::health::deep
