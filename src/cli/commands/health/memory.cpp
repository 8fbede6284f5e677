#include "cli/commands/health/memory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "core/base/files.h"
#include "core/base/folders.h"
#include "core/base/sha256.h"
#include "core/json/view.h"
#include "core/json/writer.h"

namespace llmgw::cli::health_command {
namespace remembering {

constexpr std::string_view schema = "llmgw.health.memory/1";
constexpr std::size_t largest = std::size_t{4} << 20;

std::string written(const health::TargetReport& target, std::int64_t unix_s) {
  std::string text;
  json::Writer out(text);
  out.begin_object();
  out.member("schema", schema);
  out.member("name", target.name);
  out.member("url", target.url);
  out.member("unix_s", unix_s);
  out.key("states");
  out.begin_object();
  for (const auto& outcome : target.outcomes) {
    out.member(outcome.check->id, health::state_name(outcome.finding.state));
  }
  out.end_object();
  if (target.scrape) {
    out.key("scrape");
    out.begin_object();
    out.member("unix_s", target.scrape->unix_s);
    out.member("monotonic_ns", target.scrape->monotonic_ns);
    out.member("page", target.scrape->page);
    out.end_object();
  }
  out.end_object();
  return text + "\n";
}

/// Removes what no run has gone on with for thirty days, and what runs that broke off left.
void forget_old(const std::string& folder, std::int64_t unix_s) {
  constexpr std::int64_t kept_s = 30 * 86'400;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const auto path = entry.path().string();
    struct stat status {};
    const bool ours = entry.path().filename().string().contains(".json");
    if (!ours || ::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if (status.st_mtime < unix_s - kept_s) ::unlink(path.c_str());
  }
}

/// Not flushed to disk, unlike `write_file`: fifty targets would wait for the disk fifty times.
void replace(const std::string& path, const std::string& text) {
  const auto temporary = path + "." + std::to_string(::getpid());
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return;
  const bool whole = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(file);
  if (!whole || std::rename(temporary.c_str(), path.c_str()) != 0) ::unlink(temporary.c_str());
}

}  // namespace remembering

Memory::Memory(const Env& env) {
  auto folder = state_folder(env);
  if (folder) folder_ = *std::move(folder) + "/health";
}

std::string Memory::file_of(const std::string& name, const std::string& url) const {
  constexpr std::size_t digits = 24;
  return folder_ + "/" + sha256_hex(name + "\n" + url).substr(0, digits) + ".json";
}

std::optional<Remembered> Memory::recall(const std::string& name, const std::string& url) const {
  if (folder_.empty()) return std::nullopt;
  const auto text = read_file(file_of(name, url), remembering::largest);
  if (!text) return std::nullopt;
  const auto root = json::parse(*text);
  if (!root || !(*root)["schema"].equals(remembering::schema)) return std::nullopt;
  Remembered found;
  for (const auto& [check, value] : (*root)["states"].members()) {
    if (const auto state = health::find_state(value.string().value_or(""))) found.states[std::string(check)] = *state;
  }
  const auto scrape = (*root)["scrape"];
  if (const auto unix_s = scrape["unix_s"].integer()) {
    found.scrape =
        health::Scrape{*unix_s, scrape["monotonic_ns"].integer().value_or(0), scrape["page"].string().value_or("")};
  }
  return found;
}

void Memory::keep(const std::vector<health::TargetReport>& targets, std::int64_t unix_s) const {
  if (folder_.empty() || !make_folder(folder_)) return;
  for (const auto& target : targets) {
    remembering::replace(file_of(target.name, target.url), remembering::written(target, unix_s));
  }
  remembering::forget_old(folder_, unix_s);
}

void only_changed(health::TargetReport& target, const std::optional<Remembered>& before) {
  if (!before) return;
  const auto same = [&](const health::Outcome& outcome) {
    const auto state = before->states.find(std::string(outcome.check->id));
    return state != before->states.end() && state->second == outcome.finding.state;
  };
  for (const auto& outcome : target.outcomes) {
    if (!same(outcome)) continue;
    ++target.unchanged;
    target.unchanged_state = std::max(target.unchanged_state, outcome.finding.state);
  }
  std::erase_if(target.outcomes, same);
}

}  // namespace llmgw::cli::health_command
