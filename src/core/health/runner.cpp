#include "core/health/runner.h"

#include <algorithm>

#include "core/base/url.h"
#include "core/health/judges.h"
#include "core/health/plan.h"
#include "core/health/session.h"
#include "core/net/task_group.h"

namespace llmgw::health {
namespace runner {

using net::milliseconds;

constexpr std::size_t max_body = std::size_t{4} << 20;
constexpr milliseconds retry_pause{200};
constexpr std::int64_t ns_per_ms = 1'000'000;
constexpr double ns_per_s = 1e9;

/// A time limit is not tried again: the time is gone. 503 is an answer with a meaning of its own.
bool worth_another(const Reply& reply) {
  if (reply.error) return reply.error->code == Errc::network;
  return reply.status == 500 || reply.status == 502 || reply.status == 504;
}

net::Task<Reply> ask_once(Session& session, std::string_view path, bool keyed) {
  Reply reply;
  const auto limit = std::min(session.options.timeout, left(session));
  if (limit <= milliseconds(0)) {
    reply.error = out_of_time();
    co_return reply;
  }
  ++session.requests;
  const auto& clock = session.service.clock;
  const auto begin = clock.now_ns();
  const bool is_page = path == "/metrics";
  auto request = request_for(session, path, keyed, limit);
  request.certificate = session.certificate;
  const auto most = is_page ? metrics::Exposition::max_bytes : max_body;
  auto answer = co_await net::fetch(session.service.room.client(), std::move(request), most);
  reply.seconds = static_cast<double>(clock.now_ns() - begin) / ns_per_s;
  reply.unix_s = clock.unix_s();
  if (!answer) {
    reply.error = std::move(answer).error();
    if (limit < session.options.timeout) reply.error = of_short_question(*std::move(reply.error));
    redact(session.target, reply.error->message);
    co_return reply;
  }
  reply.status = answer->head.status;
  reply.headers = std::move(answer->head.headers);
  reply.body = std::move(answer->body);
  redact(session.target, reply.body);
  co_return reply;
}

std::string failure_text(const Reply& reply, std::string_view path) {
  if (reply.error) return reply.error->message;
  return std::string(path) + " answered HTTP " + std::to_string(reply.status);
}

net::Task<> ask(Session& session, std::string_view path, bool keyed, Reply& into) {
  for (std::int64_t tries = 0;; ++tries) {
    into = co_await ask_once(session, path, keyed);
    if (tries >= session.options.retries || !worth_another(into)) co_return;
    const bool goes_on = co_await session.service.room.pause(retry_pause);
    if (!goes_on || left(session) <= milliseconds(0)) co_return;
    auto error = into.error ? *into.error : Error();
    error.message = failure_text(into, path);
    session.retried.push_back(std::move(error));
  }
}

/// Asks for all of the paths that have no answer yet, side by side.
net::Task<> gather(Session& session, std::vector<std::string_view> paths, bool also_without_key) {
  const auto group = co_await net::TaskGroup::here();
  auto& facts = session.facts;
  for (const auto path : paths) {
    const auto [place, fresh] = facts.replies.try_emplace(std::string(path));
    if (fresh) group->start(ask(session, place->first, facts.keyed, place->second));
  }
  if (also_without_key && facts.keyed && facts.kind != nullptr && !facts.kind->models.empty()) {
    group->start(ask(session, facts.kind->models, false, facts.without_key.emplace()));
  }
  co_await group->join_or_cancel();
}

std::optional<metrics::Exposition> page_of(const Reply* reply) {
  if (reply == nullptr || !reply->ok()) return std::nullopt;
  return metrics::Exposition::parse(reply->body);
}

bool wants_two_pages(const Session& session) {
  const auto& selection = session.options.selection;
  return session.options.sample > milliseconds(0) && session.facts.page &&
         (needs(selection, "queue") || needs(selection, "preempt"));
}

/// Keeps what the next run needs of the page that has just come.
void keep_scrape(Session& session) {
  const auto& facts = session.facts;
  if (facts.page) session.scrape = scrape_of(*facts.page, facts.kind->load, session.service.clock);
}

/// The second scrape, which rates and steady queues are told by.
net::Task<> scrape_again(Session& session) {
  auto& facts = session.facts;
  const auto& clock = session.service.clock;
  const auto first = clock.now_ns();
  if (left(session) <= milliseconds(0)) co_return;
  const bool goes_on = co_await session.service.room.pause(session.options.sample);
  if (!goes_on) co_return;
  Reply second;
  co_await ask(session, facts.kind->metrics, facts.keyed, second);
  auto page = page_of(&second);
  if (!page) co_return;
  facts.between_pages_s = static_cast<double>(clock.now_ns() - first) / ns_per_s;
  facts.earlier_page = std::exchange(facts.page, std::move(page));
  keep_scrape(session);
}

/// Takes the scrape that the run before left, in the place of a second one.
bool use_earlier(Session& session) {
  auto& facts = session.facts;
  const auto& earlier = session.target.earlier;
  if (!earlier || !facts.page || earlier->page.empty()) return false;
  const auto age = age_of(*earlier, session.service.clock);
  if (!age) return false;
  auto page = metrics::Exposition::parse(earlier->page);
  if (!same_run(page, *facts.page, facts.kind->load)) return false;
  facts.earlier_page = std::move(page);
  facts.between_pages_s = *age;
  return true;
}

net::Task<> identify_target(Session& session) {
  auto& facts = session.facts;
  if (session.target.kind != nullptr) {
    facts.kind = session.target.kind;
    facts.confidence = Confidence::configured;
    co_return;
  }
  const auto first = first_fingerprint_paths();
  const std::vector<std::string_view> first_paths(first.begin(), first.end());
  co_await gather(session, first_paths, false);
  facts.page = page_of(facts.reply("/metrics"));
  auto found = identify(facts);
  const bool decided = found.kind != nullptr && found.kind->gateway;
  if (!decided) {
    co_await gather(session, fingerprint_paths(), false);
    found = identify(facts);
  }
  facts.kind = found.kind;
  facts.confidence = found.confidence;
  // The page that told the kind is not the one that is to be judged.
  if (facts.kind != nullptr && elsewhere(session, facts.kind->metrics)) {
    facts.replies.erase(std::string(facts.kind->metrics));
  }
}

/// The target works on the GPUs of this machine, as far as is known: what is behind a gateway may be anywhere, and an
/// address of this machine may be a tunnel's.
bool runs_here(const Session& session) {
  const auto& facts = session.facts;
  const bool elsewhere = facts.kind->gateway || facts.gpu_page || !session.target.gpu_host.empty();
  return facts.loopback && !elsewhere && session.service.local_gpus != nullptr;
}

/// The questions of the checks of levels 3 and 4.
net::Task<> look_deeper(Session& session) {
  auto& facts = session.facts;
  if (!asks_models(session.options.selection)) co_return;
  if (needs(session.options.selection, "gpu") && runs_here(session)) facts.local_gpus = session.service.local_gpus();
  co_await probe(session);
}

net::Task<> learn(Session& session) {
  auto& facts = session.facts;
  const std::string contact(contact_path(session.target.kind));
  co_await ask(session, contact, facts.keyed, facts.contact);
  facts.replies[contact] = facts.contact;
  facts.certificate = *session.certificate;
  session.certificate.reset();
  const auto& selection = session.options.selection;
  if (facts.contact.error || !needs(selection, "identity")) co_return;
  co_await identify_target(session);
  if (facts.kind == nullptr) co_return;
  const bool without_key = needs(selection, "auth") && session.options.try_without_key;
  co_await gather(session, paths_for(*facts.kind, selection), without_key);
  if (!facts.kind->metrics.empty()) {
    facts.page = page_of(facts.reply(facts.kind->metrics));
    keep_scrape(session);
    const bool rated = use_earlier(session);
    const bool enough = rated && !(needs(selection, "queue") && judges::queue_needs_scrape(facts));
    if (!enough && wants_two_pages(session)) co_await scrape_again(session);
  }
  co_await look_deeper(session);
}

bool is_address(std::string_view host) {
  return host.contains(':') || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

void begin_facts(Session& session) {
  const auto& target = session.target;
  auto& facts = session.facts;
  facts.host = target.endpoint.host;
  facts.tls = target.endpoint.tls;
  facts.unverified = target.endpoint.insecure_tls;
  facts.loopback = !target.endpoint.unix_path.empty() || is_loopback_host(facts.host);
  facts.named = target.endpoint.unix_path.empty() && !is_address(facts.host) && !is_loopback_host(facts.host);
  facts.key_withheld = target.has_credentials() && !facts.tls && !facts.loopback && !session.options.insecure_http;
  facts.keyed = target.has_credentials() && !facts.key_withheld;
  facts.scale_to_zero = target.scale_to_zero;
  facts.gpu_page = target.dcgm_url.has_value();
  facts.model = target.model;
}

/// What the workers of a run share: the number of the next target that nobody has taken.
struct Batch {
  const Service& service;
  const std::vector<Target>& targets;
  const RunOptions& options;
  std::vector<TargetReport>& reports;
  std::int64_t deadline_ns;
  std::size_t next = 0;
};

/// How long the questions of a check took; nullopt: it asked none, or they did not get to be sent.
std::optional<double> time_of(const Facts& facts, std::string_view check) {
  double sum = 0;
  if (check == "http") sum = facts.contact.seconds;
  if (facts.kind != nullptr) {
    const auto path = path_for(*facts.kind, check);
    const auto* reply = path.empty() ? nullptr : facts.reply(path);
    if (reply != nullptr) sum = reply->seconds;
  }
  if (const auto probed = facts.probes.find(check); probed != facts.probes.end()) {
    for (const auto& exchange : probed->second.exchanges) sum += exchange.reply.seconds;
  }
  return sum > 0 ? std::optional(sum) : std::nullopt;
}

net::Task<> check_one(const Batch& batch, const Target& target, TargetReport& report) {
  const auto& clock = batch.service.clock;
  const auto begin = clock.now_ns();
  Session session{batch.service, target, batch.options, batch.deadline_ns, net::share(target.endpoint)};
  begin_facts(session);
  co_await learn(session);
  report.name = target.name;
  report.url = target.url;
  report.kind = session.facts.kind != nullptr ? session.facts.kind->name : std::string_view();
  report.seconds = static_cast<double>(clock.now_ns() - begin) / ns_per_s;
  report.requests = session.requests;
  report.spent = session.spent;
  report.retried = std::move(session.retried);
  report.scrape = std::move(session.scrape);
  report.outcomes = judge(session.facts, batch.options.expectations, batch.options.selection);
  for (auto& outcome : report.outcomes) {
    outcome.seconds = time_of(session.facts, outcome.check->id);
    // Headers are judged as they came.
    redact(target, outcome.finding.message);
  }
}

using ReadGpus = std::function<Result<gpu::Snapshot>()>;

/// Reads at the first call, and tells the same afterwards.
ReadGpus read_once(ReadGpus read) {
  return [read = std::move(read), known = std::optional<Result<gpu::Snapshot>>()]() mutable {
    if (!known) known = read();
    return *known;
  };
}

net::Task<> work(Batch& batch) {
  while (batch.next < batch.targets.size()) {
    const auto at = batch.next++;
    co_await check_one(batch, batch.targets[at], batch.reports[at]);
  }
}

}  // namespace runner

net::Task<std::vector<TargetReport>> run(Service service, const std::vector<Target>& targets,
                                         const RunOptions& options) {
  std::vector<TargetReport> reports(targets.size());
  // The driver takes its time over every reading, and nothing else goes on meanwhile.
  if (service.local_gpus) service.local_gpus = runner::read_once(std::move(service.local_gpus));
  const auto deadline_ns = service.clock.now_ns() + options.total.count() * runner::ns_per_ms;
  runner::Batch batch{service, targets, options, reports, deadline_ns};
  const auto group = co_await net::TaskGroup::here();
  const auto workers = std::min(targets.size(), std::max<std::size_t>(options.parallel, 1));
  for (std::size_t i = 0; i < workers; ++i) group->start(runner::work(batch));
  auto wake = co_await group->join();
  while (wake != net::Wake::set) {
    batch.deadline_ns = 0;  // cancelled: nothing more is asked
    group->cancel();
    wake = co_await group->join();
  }
  co_return reports;
}

}  // namespace llmgw::health
