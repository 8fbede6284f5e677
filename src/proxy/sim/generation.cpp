#include "proxy/sim/generation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace llmgw::sim {
namespace generating {

constexpr std::string_view page =
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>\n";

std::string_view tool_prefix(bool chat) { return chat ? "call_" : "toolu_"; }

/// A fault strikes before the first content that follows so many tokens; the start of an answer is no content.
bool strikes(const std::optional<std::int64_t>& at, std::int64_t sent, const Step& step) {
  return at && step.channel != Channel::start && sent >= *at;
}

}  // namespace generating

Generation::Generation(boost::asio::io_context& io, World& world, const http::Request& request,
                       server::Responder& responder, const Seeds& seeds)
    : world_(world),
      request_(request),
      responder_(responder),
      dialect_(dialect_of(request.path())),
      chat_(&dialect_ == &dialect::openai_chat),
      content_(seeds.content),
      timing_(seeds.timing),
      wake_(io),
      arrival_(std::chrono::steady_clock::now()),
      behaviour_(world.usual) {
  truth_.arrival_ns = clock_.now_ns();
  truth_.api = dialect_.name;
  const auto given = request.headers.get("x-request-id");
  truth_.id = given ? std::string(*given) : timing_.make("req_", 24);
}

net::Task<> Generation::run() {
  world_.tally.running.fetch_add(1, std::memory_order_relaxed);
  const auto prepared = prepare();
  if (!prepared) {
    co_await refuse(prepared.error());
  } else {
    co_await answer();
  }
  truth_.client_left = responder_.client_left();
  if (world_.truth) world_.truth->append(truth_);
  world_.tally.running.fetch_sub(1, std::memory_order_relaxed);
}

Result<> Generation::behave() {
  for (const auto& rule : world_.faults) {
    if (timing_.uniform() >= rule.probability) continue;
    TRY_VOID(apply_script(behaviour_, rule.script));
    truth_.fault += (truth_.fault.empty() ? "" : "; ") + rule.script;
  }
  if (turn_) TRY_VOID(apply_script(behaviour_, turn_->settings));
  const auto script = request_.headers.joined("x-sim");
  if (auto applied = apply_script(behaviour_, script); !applied)
    return fail(Errc::invalid_request, "x-sim: " + applied.error().message, "x-sim");
  if (!script.empty()) truth_.fault += (truth_.fault.empty() ? "" : "; ") + script;
  return {};
}

Result<> Generation::prepare() {
  TRY(const auto body, json::parse(request_.body));
  TRY(asked_, dialect_.decode_request(body));
  truth_.model = asked_.model;
  turn_ = find_turn(world_.scenario, asked_, dialect_.name);
  TRY_VOID(behave());
  const Order order{asked_, behaviour_, turn_, generating::tool_prefix(chat_), world_.options.time_scale};
  plan_ = make_plan(order, Dice{content_, timing_});
  truth_.prompt_tokens = plan_.prompt_tokens;
  const auto arrival = truth_.arrival_ns;
  truth_.first_token_sched_ns = arrival + plan_.first_token.count();
  if (plan_.prompt_tokens < behaviour_.max_model_len) return {};
  // vLLM's words: clients recognise a full context by them.
  return fail(Errc::context_length,
              fmt::format("This model's maximum context length is {} tokens. However, your request has {} input "
                          "tokens. Please reduce the length of the input messages.",
                          behaviour_.max_model_len, plan_.prompt_tokens),
              "messages");
}

http::ResponseHead Generation::head(int status, std::string_view type) const {
  http::ResponseHead head;
  head.status = status;
  head.headers.add("content-type", behaviour_.content_type.empty() ? type : std::string_view(behaviour_.content_type));
  head.headers.add(chat_ ? "x-request-id" : "request-id", truth_.id);
  if (!behaviour_.retry_after.empty()) head.headers.add("retry-after", behaviour_.retry_after);
  if (behaviour_.gzip) head.headers.add("content-encoding", "gzip");
  return head;
}

dialect::ClientContext Generation::client() {
  dialect::ClientContext client;
  client.model = asked_.model;
  client.include_usage = asked_.include_usage.value_or(false) && behaviour_.usage != UsageMode::none;
  client.created = 1'763'600'000;
  client.input_estimate = plan_.prompt_tokens;
  client.ids = &timing_;
  return client;
}

net::Task<> Generation::refuse(Error error) {
  Reply reply = error_reply(dialect_, error, truth_.id);
  co_await send(std::move(reply));
}

net::Task<> Generation::send(Reply reply) {
  auto answer_head = head(reply.status, reply.type);
  if (behaviour_.gzip) {
    http::Gzip gzip;
    std::string packed;
    gzip.feed(reply.body, packed);
    gzip.finish(packed);
    reply.body = std::move(packed);
  }
  auto sent = co_await responder_.send(std::move(answer_head), std::move(reply.body));
  failed_ = !sent.has_value();
}

net::Task<> Generation::answer() {
  const bool go_on = co_await before_head();
  if (!go_on) co_return;
  if (!behaviour_.redirect.empty()) {
    auto moved = head(307, "text/plain");
    moved.headers.add("location", behaviour_.redirect);
    std::string nothing;
    auto sent = co_await responder_.send(std::move(moved), std::move(nothing));
    (void)sent;  // a client that has left is no longer redirected
    co_return;
  }
  if (behaviour_.html) {
    const int status = behaviour_.status == 0 ? 502 : behaviour_.status;
    Reply page{status, "text/html", std::string(generating::page)};
    co_await send(std::move(page));
    co_return;
  }
  const int status = behaviour_.status == 0 ? 200 : behaviour_.status;
  if (status != 200 || behaviour_.error_body) {
    const int meant = status == 200 ? 500 : status;
    const Error error = error_of_status(meant, behaviour_.retry_after);
    Reply reply = error_reply(dialect_, error, truth_.id);
    reply.status = status;
    co_await send(std::move(reply));
    co_return;
  }
  world_.tally.prompt_tokens.fetch_add(static_cast<std::uint64_t>(plan_.prompt_tokens), std::memory_order_relaxed);
  if (asked_.stream) {
    co_await stream();
  } else {
    co_await whole();
  }
  truth_.completion_tokens = sent_tokens_;
  world_.tally.generation_tokens.fetch_add(static_cast<std::uint64_t>(sent_tokens_), std::memory_order_relaxed);
  const auto reason = failed_ ? ir::FinishReason::none : plan_.finish;
  truth_.finish = failed_ ? "abort" : std::string(ir::finish_name(reason));
  world_.tally.finished(reason);
  world_.tally.whole.observe(static_cast<double>(clock_.now_ns() - truth_.arrival_ns) / 1e9);
}

// Every moment counts from the arrival: a late event delays none that follows.
net::Task<bool> Generation::reach(nanoseconds after_arrival) {
  const auto due = arrival_ + after_arrival + stalled_;
  if (due <= std::chrono::steady_clock::now()) co_return true;
  const auto woken = co_await wake_.wait(due);
  co_return woken == net::Wake::expired;
}

net::Task<bool> Generation::forever() {
  const auto woken = co_await wake_.wait();
  (void)woken;  // only the client's leaving ends this wait
  failed_ = true;
  co_return false;
}

net::Task<bool> Generation::before_head() {
  const bool waited = co_await reach(behaviour_.slow_headers);
  if (!waited) co_return false;
  if (behaviour_.cut == Cut::none || behaviour_.cut_at) co_return true;
  co_await cut();
  co_return false;
}

net::Task<> Generation::cut() {
  failed_ = true;
  if (behaviour_.cut == Cut::fin) responder_.abort();
  if (behaviour_.cut == Cut::rst) responder_.reset();
  if (behaviour_.cut == Cut::hang) {
    const bool never = co_await forever();
    (void)never;  // it ends when the client does
  }
}

net::Task<> Generation::stream() {
  auto answer_head = head(200, "text/event-stream; charset=utf-8");
  answer_head.headers.add("cache-control", "no-cache");
  auto begun = co_await responder_.begin(std::move(answer_head));
  failed_ = !begun.has_value();
  if (failed_) co_return;
  Outlet outlet(responder_, behaviour_, chat_, Outlet::Books{truth_, world_.tally.lateness});
  const bool to_the_end = co_await play(outlet);
  if (!to_the_end) co_return;
  const bool finished = co_await outlet.finish();
  failed_ = failed_ || !finished;
}

/// Plays the steps. False when the connection was cut or the client has left.
net::Task<bool> Generation::play(Outlet& outlet) {
  const auto encoder = dialect_.stream_encoder(client());
  if (behaviour_.empty) co_return true;
  auto last = truth_.arrival_ns;
  for (const auto& step : plan_.steps) {
    const auto after = co_await fault_before(step, outlet);
    if (after != After::go_on) co_return after == After::finish;
    const bool on_time = co_await reach(step.at);
    if (!on_time) co_return false;
    sent_tokens_ += step.tokens;
    const auto due = truth_.arrival_ns + (step.at + stalled_).count();
    const Cost cost{plan_.prompt_tokens, sent_tokens_};
    const bool written = co_await outlet.put(*encoder, step, cost, due);
    failed_ = !written;
    if (failed_) co_return false;
    if (step.tokens == 0) continue;
    const auto now = clock_.now_ns();
    auto& histogram = last == truth_.arrival_ns ? world_.tally.first_token : world_.tally.inter_token;
    histogram.observe(static_cast<double>(now - last) / 1e9);
    last = now;
  }
  co_return true;
}

net::Task<After> Generation::fault_before(const Step& step, Outlet& outlet) {
  if (generating::strikes(behaviour_.stall_at, sent_tokens_, step)) {
    behaviour_.stall_at.reset();
    stalled_ += std::chrono::duration_cast<nanoseconds>(behaviour_.stall_for * world_.options.time_scale);
  }
  if (generating::strikes(behaviour_.bad_json_at, sent_tokens_, step)) {
    behaviour_.bad_json_at.reset();
    outlet.put_broken();
  }
  if (generating::strikes(behaviour_.error_at, sent_tokens_, step)) {
    co_await send_error(outlet);
    co_return After::finish;
  }
  if (behaviour_.cut == Cut::none || !generating::strikes(behaviour_.cut_at, sent_tokens_, step))
    co_return After::go_on;
  const bool flushed = co_await outlet.flush();
  (void)flushed;  // the connection ends either way
  co_await cut();
  co_return After::stop;
}

net::Task<> Generation::send_error(Outlet& outlet) {
  Step fault;
  fault.channel = Channel::end;
  fault.events.emplace_back(ir::Fault{error_of_status(503, {})});
  const auto encoder = dialect_.stream_encoder(client());
  const Cost cost{plan_.prompt_tokens, sent_tokens_};
  const auto now = clock_.now_ns();
  const bool written = co_await outlet.put(*encoder, fault, cost, now);
  const bool flushed = co_await outlet.flush();
  (void)(written && flushed);  // a client that has left misses nothing more
  failed_ = true;
}

net::Task<> Generation::whole() {
  ir::Collector collector;
  for (const auto& step : plan_.steps) collector.add(step.events);
  auto answer = collector.take();
  if (behaviour_.usage == UsageMode::none) answer.usage.reset();
  Reply reply;
  const auto context = client();
  reply.body = bend_answer(behaviour_, chat_, dialect_.encode_response(answer, context));
  const bool on_time = co_await reach(plan_.last_token);
  failed_ = !on_time;
  if (failed_) co_return;
  if (behaviour_.cut != Cut::none) {
    auto answer_head = head(200, "application/json");
    auto begun = co_await responder_.begin(std::move(answer_head));
    reply.body.resize(reply.body.size() / 2);
    auto written = co_await responder_.write(reply.body);
    (void)(begun && written);  // the connection ends either way
    co_await cut();
    co_return;
  }
  sent_tokens_ = plan_.output_tokens;
  world_.tally.first_token.observe(static_cast<double>(clock_.now_ns() - truth_.arrival_ns) / 1e9);
  co_await send(std::move(reply));
}

}  // namespace llmgw::sim
