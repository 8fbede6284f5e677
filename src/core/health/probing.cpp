#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/health/answer.h"
#include "core/health/judges.h"
#include "core/health/plan.h"
#include "core/health/session.h"
#include "core/health/subject.h"
#include "core/sse/decoder.h"

namespace llmgw::health {
namespace probing {

using net::milliseconds;

constexpr std::size_t max_body = std::size_t{4} << 20U;
constexpr double ns_per_s = 1e9;
constexpr double ms_per_s = 1e3;
/// How much longer than usual an answer may take.
constexpr double patience = 3;

double since(const Session& session, std::int64_t begin_ns) {
  return static_cast<double>(session.service.clock.now_ns() - begin_ns) / ns_per_s;
}

net::HttpRequest request_of(const Session& session, const Question& question, milliseconds limit) {
  auto request = request_for(session, question.path, session.facts.keyed, limit);
  if (question.body.empty()) return request;
  auto& message = request.message;
  message.method = "POST";
  message.headers.set("content-type", "application/json");
  if (question.streamed) message.headers.set("accept", "text/event-stream");
  // docs.anthropic.com, "Versions": the header is required.
  if (question.path.ends_with("/messages")) message.headers.set("anthropic-version", "2023-06-01");
  message.body = question.body;
  return request;
}

/// Counts the events of a stream that is to be left.
class Leaving {
 public:
  explicit Leaving(std::size_t after) : after_(after) {}
  /// True once there were enough.
  bool feed(std::string_view bytes) {
    if (after_ == 0) return false;
    decoder_.feed(bytes);
    for (auto frame = decoder_.next(); frame && *frame; frame = decoder_.next()) ++seen_;
    return seen_ >= after_;
  }

 private:
  std::size_t after_;
  std::size_t seen_ = 0;
  sse::Decoder decoder_;
};

/// Reads an answer, streamed or not, into the exchange. What was read before a failure stays.
net::Task<Result<>> read_answer(Session& session, net::HttpRequest request, Exchange& exchange) {
  const auto begin = session.service.clock.now_ns();
  auto& reply = exchange.reply;
  CO_TRY(auto stream, co_await session.service.room.client().open(std::move(request)));
  CO_TRY([[maybe_unused]] const bool headed, co_await stream->await_head(milliseconds(0)));
  reply.status = stream->head().status;
  reply.headers = stream->head().headers;
  Leaving leaving(exchange.question.leave_after);
  const auto most = exchange.question.body.empty() ? metrics::Exposition::max_bytes : max_body;
  for (;;) {
    CO_TRY(const auto chunk, co_await stream->next(milliseconds(0)));
    if (chunk.kind == net::Chunk::Kind::end) co_return Result<>();
    if (reply.body.size() + chunk.bytes.size() > most) {
      co_return fail(Errc::upstream_protocol, fmt::format("the answer is larger than {} bytes", most));
    }
    reply.body.append(chunk.bytes);
    if (exchange.question.streamed) exchange.arrivals.push_back({since(session, begin), reply.body.size()});
    exchange.left = leaving.feed(chunk.bytes);
    if (exchange.left) co_return Result<>();
  }
}

/// Nothing of the request got there. A server that wants another certificate from us has not looked at it either.
bool never_arrived(const Error& error) { return error.fault != NetFault::none && error.fault != NetFault::exchange; }

/// It costs nothing to send it again, and may help.
bool worth_another(const Error& error) { return error.fault == NetFault::look_up || error.fault == NetFault::connect; }

net::Task<> ask_question(Session& session, Exchange& exchange, milliseconds most) {
  for (std::int64_t tries = 0;; ++tries) {
    const auto limit = std::min(most, left(session));
    if (limit <= milliseconds(0)) {
      exchange.unsent = true;
      exchange.reply.error = out_of_time();
      co_return;
    }
    ++session.requests;
    const auto begin = session.service.clock.now_ns();
    auto request = request_of(session, exchange.question, limit);
    auto done = co_await read_answer(session, std::move(request), exchange);
    exchange.reply.seconds = since(session, begin);
    exchange.reply.unix_s = session.service.clock.unix_s();
    if (done) break;
    redact(session.target, done.error().message);
    if (tries >= session.options.retries || !worth_another(done.error())) {
      exchange.unsent = never_arrived(done.error());
      exchange.reply.error = std::move(done).error();
      if (limit < most) exchange.reply.error = of_short_question(*std::move(exchange.reply.error));
      break;
    }
    session.retried.push_back(std::move(done).error());
  }
  // The events of a stream lie where their times say.
  const bool of_events = exchange.question.streamed && exchange.reply.ok();
  if (!of_events) redact(session.target, exchange.reply.body);
}

/// The price of what has been spent so far, and of more.
double usd_with(const Session& session, const Subject& subject, std::int64_t prompt, std::int64_t completion) {
  return subject.usd(session.spent.prompt_tokens + prompt, session.spent.completion_tokens + completion);
}

/// Why a plan must not be carried out, for its cost.
std::optional<Finding> too_dear(const Session& session, const Subject& subject,
                                const std::vector<Question>& questions) {
  const auto limit = session.options.expectations.cost_limit_usd;
  if (!limit || !costs_money(session.facts)) return std::nullopt;
  std::int64_t prompt = 0;
  std::int64_t completion = 0;
  for (const auto& question : questions) {
    prompt += question.prompt_tokens;
    completion += question.completion_tokens;
  }
  if (prompt + completion == 0) return std::nullopt;
  const auto usd = usd_with(session, subject, prompt, completion);
  if (usd <= *limit) return std::nullopt;
  return Finding{
      State::skipped, "cost_limit",
      fmt::format("with it the run could cost ${:.4f}{}", usd, subject.priced ? "" : " at an assumed price")};
}

milliseconds limit_for(const Session& session, const std::optional<Subject>& subject) {
  const auto usual = subject ? subject->typical_s.value_or(0) : 0;
  const auto wanted = milliseconds(static_cast<std::int64_t>(usual * patience * ms_per_s));
  return std::max(session.options.deep_timeout, wanted);
}

net::Task<> carry_out(Session& session, const std::optional<Subject>& subject, std::vector<Question> questions,
                      Probed& probed) {
  const auto limit = limit_for(session, subject);
  for (auto& question : questions) {
    if (question.rest > left(session)) co_return;
    if (question.rest > milliseconds(0)) {
      const bool goes_on = co_await session.service.room.pause(question.rest);
      if (!goes_on) co_return;
    }
    Exchange exchange{.question = std::move(question), .reply = {}, .target = &session.target};
    co_await ask_question(session, exchange, limit);
    count_usage(exchange, session.spent);
    const bool answered = exchange.reply.status >= 200 && exchange.reply.status < 300;
    probed.exchanges.push_back(std::move(exchange));
    // After a refusal the rest would be refused as well; the check tells of the first.
    if (!answered) co_return;
  }
}

net::Task<> probe_for(Session& session, const Check& check) {
  auto& probed = session.facts.probes[std::string(check.id)];
  auto plan = check.plan(session.facts, session.options.expectations);
  if (!plan) {
    probed.instead = std::move(plan).error();
    co_return;
  }
  const auto subject = subject_of(session.facts, session.options.expectations);
  if (subject) probed.instead = too_dear(session, *subject, *plan);
  if (probed.instead) co_return;
  co_await carry_out(session, subject, *std::move(plan), probed);
  if (subject && costs_money(session.facts)) session.spent.usd_at_most = usd_with(session, *subject, 0, 0);
}

}  // namespace probing

net::Task<> probe(Session& session) {
  // What a check depends on stands above it, so all of that has been asked when its obstacles are looked for.
  Verdicts verdicts(session.facts, session.options.expectations);
  for (const auto& check : checks()) {
    if (check.plan == nullptr || !needs(session.options.selection, check.id)) continue;
    if (verdicts.obstacle(check)) continue;
    co_await probing::probe_for(session, check);
  }
}

}  // namespace llmgw::health
