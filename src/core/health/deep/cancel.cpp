#include <fmt/format.h>

#include "core/health/deep/asking.h"
#include "core/health/judges.h"
#include "core/metrics/exposition.h"

namespace llmgw::health::deep {
namespace deep_cancel {

// Long enough to be still going when it is left.
constexpr std::int64_t tokens = 2048;
constexpr std::size_t events_read = 3;
// A page that was just read is not asked for again within a second: llama.cpp's server notices that a client has left
// in the pauses between such requests.
constexpr std::chrono::milliseconds before{1000};
constexpr std::chrono::milliseconds after{5000};

std::optional<double> running(const Facts& facts, const Exchange& exchange) {
  if (!exchange.reply.ok()) return std::nullopt;
  return llmgw::metrics::Exposition::parse(exchange.reply.body).sum(facts.kind->load.running);
}

}  // namespace deep_cancel

Plan cancel_plan(const Facts& facts, const Expectations& expectations) {
  const auto subject = consented(facts, expectations, Mode::chat);
  if (!subject) return std::unexpected(subject.error());
  if (facts.kind->load.running.empty()) {
    return std::unexpected(judges::not_applicable("this kind does not tell how many requests run"));
  }
  const Question page{.path = std::string(facts.kind->metrics), .rest = deep_cancel::before};
  auto question = ask_chat(*subject, {.text = "Write a story of a thousand words about a lighthouse.",
                                      .tokens = deep_cancel::tokens,
                                      .streamed = true});
  question.leave_after = deep_cancel::events_read;
  const Question again{.path = page.path, .rest = deep_cancel::after};
  return std::vector{page, std::move(question), again};
}

Finding cancel(const Facts& facts, const Expectations& /*unused*/) {
  constexpr std::size_t questions = 3;
  const auto [exchanges, instead] = answers_to(facts, "cancel", questions);
  if (exchanges == nullptr) return instead;
  // The page was not there, or the request was not served.
  if (exchanges->size() == 1) return {State::unknown, "metric_absent", judges::told(exchanges->front().reply)};
  const auto& stream = (*exchanges)[1];
  if (auto failed = unserved(stream)) return *std::move(failed);
  const auto before = deep_cancel::running(facts, (*exchanges)[0]);
  const auto after = deep_cancel::running(facts, exchanges->back());
  if (!before || !after) return {State::unknown, "metric_absent", "how many requests run could not be read"};
  if (!stream.left) return {State::unknown, "answer_short", "the answer ended before it could be left"};
  Finding finding{State::ok,
                  "ok",
                  fmt::format("{:.0f} running before, {:.0f} afterwards", *before, *after),
                  {{"running", *after, Unit::count}}};
  if (*after <= *before) return finding;
  // Others' requests come and go: only where there were none is the one that is left surely ours.
  finding.state = *before > 0 ? State::unknown : State::crit;
  finding.code = *before > 0 ? "busy" : "request_lives_on";
  finding.message += *before > 0 ? "; others ask as well" : ", 5 s after its client left";
  return finding;
}

}  // namespace llmgw::health::deep
