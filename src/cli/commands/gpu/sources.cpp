#include "cli/commands/gpu/sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <future>
#include <iterator>
#include <utility>

#include "cli/commands/gpu/document.h"
#include "cli/term/visible_text.h"
#include "core/base/files.h"
#include "core/gpu/pages.h"
#include "core/gpu/select.h"
#include "core/net/event.h"
#include "core/net/http_client.h"

namespace llmgw::cli::gpu_command {
namespace gpu_sources {

constexpr std::array<std::string_view, 4> plain{"auto", "nvml", "smi", "amd"};
constexpr std::array<std::string_view, 4> prefixes{"dcgm:", "exporter:", "ssh:", "file:"};
constexpr std::size_t most_page = std::size_t{16} << 20U;
constexpr std::size_t most_recording = std::size_t{256} << 20U;
constexpr net::milliseconds page_limit{5000};

/// The rest of a source behind its prefix.
std::optional<std::string> behind(const std::string& word, std::string_view prefix) {
  if (!word.starts_with(prefix)) return std::nullopt;
  return word.substr(prefix.size());
}

bool is_plain(const std::string& word) { return std::ranges::find(plain, word) != plain.end(); }

/// One whose driver or program is asked, which takes its time.
bool is_machine(const std::string& word) { return is_plain(word) || word.starts_with("ssh:"); }

bool known(const std::string& word) {
  if (is_plain(word)) return true;
  return std::ranges::any_of(
      prefixes, [&](std::string_view prefix) { return word.starts_with(prefix) && word.size() > prefix.size(); });
}

Result<net::HttpRequest> page_request(const std::string& text) {
  TRY(auto url, net::parse_url(text));
  net::HttpRequest request;
  request.endpoint = net::share(std::move(url.endpoint));
  request.message.method = "GET";
  request.message.target = url.path.empty() ? "/metrics" : url.path;
  request.message.headers.add("accept", "text/plain;version=0.0.4, application/openmetrics-text;q=0.5");
  request.deadlines = {.connect = page_limit, .first_byte = page_limit, .idle = page_limit, .total = page_limit};
  return request;
}

}  // namespace gpu_sources

Sources::Sources(Context& context, Wanted wanted)
    : context_(context),
      wanted_(std::move(wanted)),
      machine_(context.open_machine(context.env)),
      local_(*machine_, context.clock, {.pcie = wanted_.pcie, .nvlink = wanted_.nvlink}) {}

Step<std::unique_ptr<Sources>> Sources::open(Context& context, Wanted wanted, Replay replay) {
  for (const auto& word : wanted.sources) {
    if (gpu_sources::known(word)) continue;
    return give_up(Errc::usage, fmt::format("'{}' is no source of GPU figures", word),
                   "auto, nvml, smi, amd, dcgm:URL, exporter:URL, ssh:HOST or file:PATH");
  }
  std::unique_ptr<Sources> sources(new Sources(context, std::move(wanted)));  // NOLINT: the constructor is private
  for (const auto& word : sources->wanted_.sources) {
    const auto path = gpu_sources::behind(word, "file:");
    if (!path) continue;
    TRY(auto recording, open_recording(*path));
    if (replay == Replay::last) recording.next = recording.frames.size() - 1;
    sources->recordings_.emplace(*path, std::move(recording));
  }
  return sources;
}

Step<Sources::Recording> Sources::open_recording(const std::string& path) {
  TRY(const auto text, read_file(path, gpu_sources::most_recording));
  Recording recording;
  std::string_view rest = text;
  for (int number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.empty()) continue;
    auto snapshot = read_document(line);
    if (!snapshot) return give_up(Errc::config, fmt::format("{}:{}: {}", path, number, snapshot.error().message));
    // A host that comes again begins the next reading.
    const auto again = [&](const gpu::Snapshot& each) {
      return each.host == snapshot->host && each.source == snapshot->source;
    };
    if (recording.frames.empty() || std::ranges::any_of(recording.frames.back(), again))
      recording.frames.emplace_back();
    recording.frames.back().push_back(*std::move(snapshot));
  }
  if (recording.frames.empty()) return give_up(Errc::config, path + " holds no reading");
  return recording;
}

bool Sources::over() const {
  if (recordings_.size() != wanted_.sources.size()) return false;
  return std::ranges::all_of(recordings_,
                             [](const auto& each) { return each.second.next >= each.second.frames.size(); });
}

Result<gpu::Snapshot> Sources::read_local(const std::string& word) {
  if (word == "nvml") return local_.nvml();
  if (word == "smi") return local_.smi();
  if (word == "amd") return local_.amd();
  return local_.automatic();
}

net::Task<Result<std::vector<gpu::Snapshot>>> Sources::read_page(net::ClientRoom& room, const std::string& url) {
  CO_TRY(auto request, gpu_sources::page_request(url));
  CO_TRY(auto response, co_await net::fetch(room.client(), std::move(request), gpu_sources::most_page));
  if (response.head.status != 200) {
    co_return fail(Errc::not_found, fmt::format("{} answered {}", url, response.head.status));
  }
  auto all = gpu::pages::read(metrics::Exposition::parse(std::move(response.body)));
  if (!all) co_return fail(Errc::not_found, fmt::format("{}: {}", url, all.error().message));
  for (auto& snapshot : *all) {
    snapshot.taken_s = static_cast<double>(context_.clock.unix_s());
    snapshot.taken_ns = context_.clock.now_ns();
    if (snapshot.host.empty()) snapshot.host = url;
  }
  co_return std::move(all);
}

Result<gpu::Snapshot> Sources::read_host(const std::string& name) {
  gpu::LocalReader reader(*machine_, context_.clock, {});
  auto snapshot = reader.ssh(name);
  if (!snapshot) snapshot.error().message = name + ": " + snapshot.error().message;
  return snapshot;
}

/// Hosts behind ssh are asked side by side: each has ten seconds.
Sources::Told Sources::ask_machines() {
  std::map<std::size_t, std::future<Result<gpu::Snapshot>>> waiting;
  Told told;
  for (std::size_t i = 0; i < wanted_.sources.size(); ++i) {
    const auto name = gpu_sources::behind(wanted_.sources[i], "ssh:");
    if (name) waiting.emplace(i, std::async(std::launch::async, [this, host = *name] { return read_host(host); }));
  }
  for (std::size_t i = 0; i < wanted_.sources.size(); ++i) {
    if (gpu_sources::is_plain(wanted_.sources[i])) told.emplace(i, read_local(wanted_.sources[i]));
  }
  for (auto& [place, each] : waiting) told.emplace(place, each.get());
  return told;
}

net::Task<bool> Sources::ask_apart(net::ClientRoom& room, Told& told) {
  if (!std::ranges::any_of(wanted_.sources, gpu_sources::is_machine)) co_return true;
  std::function<void()> work = [this, &told] { told = ask_machines(); };
  std::function<void()> stop = [this] { machine_->give_up(true); };
  const bool whole = co_await room.apart(std::move(work), std::move(stop));
  if (!whole) machine_->give_up(false);  // nothing runs any more, and the next reading may
  co_return whole;
}

void Sources::read_recording(const std::string& path, Reading& reading) {
  auto& recording = recordings_.at(path);
  const auto place = std::min(recording.next, recording.frames.size() - 1);
  reading.hosts.insert(reading.hosts.end(), recording.frames[place].begin(), recording.frames[place].end());
  recording.next = place + 1;
}

void Sources::filter(Reading& reading) const {
  const auto visible = context_.env.get("CUDA_VISIBLE_DEVICES");
  for (auto& snapshot : reading.hosts) {
    if (wanted_.only_visible && visible) {
      const auto before = snapshot.gpus.size();
      gpu::keep_visible(*visible, snapshot);
      if (snapshot.gpus.empty() && before > 0) {
        snapshot.notes.push_back(fmt::format("CUDA_VISIBLE_DEVICES={} leaves none of {} GPUs", *visible, before));
      }
    }
    if (auto kept = gpu::keep_named(wanted_.ids, snapshot); !kept) {
      snapshot.gpus.clear();
      reading.failures.push_back(std::move(kept).error());
    }
    if (wanted_.user) gpu::keep_user(*wanted_.user, snapshot);
  }
}

net::Task<Reading> Sources::read(net::ClientRoom& room) {
  Reading reading;
  Told told;
  const bool whole = co_await ask_apart(room, told);
  reading.cancelled = !whole;
  if (!whole) co_return reading;
  for (std::size_t i = 0; i < wanted_.sources.size(); ++i) {
    const auto& word = wanted_.sources[i];
    const auto page = gpu_sources::behind(word, "dcgm:");
    const auto url = page ? page : gpu_sources::behind(word, "exporter:");
    if (url) {
      auto all = co_await read_page(room, *url);
      if (!all) reading.failures.push_back(std::move(all).error());
      if (all) std::ranges::move(*all, std::back_inserter(reading.hosts));
    } else if (const auto path = gpu_sources::behind(word, "file:")) {
      read_recording(*path, reading);
    } else {
      auto& snapshot = told.at(i);
      if (!snapshot) reading.failures.push_back(std::move(snapshot).error());
      if (snapshot) reading.hosts.push_back(*std::move(snapshot));
    }
  }
  reading.cancelled = co_await net::is_cancelled();
  filter(reading);
  co_return reading;
}

std::unexpected<Failure> no_source(const Reading& reading) {
  std::string says;
  std::string hint;
  for (const auto& failure : reading.failures) {
    says += (says.empty() ? "" : "; ") + failure.message;
    if (hint.empty()) hint = failure.param;
  }
  // A word of the command line that is wrong stays that, whatever the sources say.
  const bool usage = std::ranges::any_of(reading.failures, [](const Error& each) { return each.code == Errc::usage; });
  return give_up(usage ? Errc::usage : Errc::not_found,
                 says.empty() ? "no GPU is left by --id or --only-visible" : says, std::move(hint));
}

void tell_failures(Context& context, const Reading& reading) {
  for (const auto& failure : reading.failures) {
    context.err.write(fmt::format("llmgw: warning: {}\n", on_one_line(failure.message)));
    if (!failure.param.empty()) context.err.write(fmt::format("  try: {}\n", on_one_line(failure.param)));
  }
}

}  // namespace llmgw::cli::gpu_command
