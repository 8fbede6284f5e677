#include "core/config/config.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/files.h"
#include "core/base/folders.h"
#include "core/base/nearest.h"
#include "core/config/binder.h"
#include "core/config/references.h"

namespace llmgw::config {
namespace loading {

/// The place of a key, or of the nearest table around it that was written.
Position position_of(const std::map<std::string, Origin>& origins, std::string path) {
  for (;;) {
    if (const auto found = origins.find(path); found != origins.end()) return found->second.at;
    const auto cut = path.find_last_of(".[");
    if (cut == std::string::npos) return {};
    path.resize(cut);
    // Tables have no origin of their own: the first key below one stands for it.
    const auto below = origins.lower_bound(path + ".");
    if (below != origins.end() && below->first.starts_with(path + ".")) return below->second.at;
  }
}

/// What was filled in for a variable, in a message in the words of the file: it may be a secret.
void restore_written(std::string& message, const std::map<std::string, Origin>& origins, const Env& env) {
  constexpr std::size_t shortest = 4;  // a word of any message
  for (const auto& [path, origin] : origins) {
    if (origin.written.empty()) continue;
    const auto resolved = resolve_references(origin.written, env);
    if (!resolved || resolved->text.size() < shortest) continue;
    for (auto at = message.find(resolved->text); at != std::string::npos;
         at = message.find(resolved->text, at + origin.written.size())) {
      message.replace(at, resolved->text.size(), origin.written);
    }
  }
}

Result<> report(const std::string& file, std::vector<Binder::Complaint> complaints,
                const std::map<std::string, Origin>& origins, const Env& env) {
  if (complaints.empty()) return {};
  std::ranges::stable_sort(complaints, [](const Binder::Complaint& a, const Binder::Complaint& b) {
    return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
  });
  std::string message;
  for (auto& complaint : complaints) {
    restore_written(complaint.message, origins, env);
    message += fmt::format("{}{}: {}", message.empty() ? "" : "\n", place(file, complaint.at), complaint.message);
  }
  return fail(Errc::config, std::move(message));
}

}  // namespace loading

Result<Loaded> load_text(std::string_view text, const std::string& file, const Env& env, const LoadOptions& options) {
  TRY(const auto root, parse_document(text, file));
  Loaded loaded;
  loaded.file = file;
  Binder binder(env, options);
  binder.bind(root, loaded.config);
  loaded.origins = binder.take_origins();
  TRY_VOID(loading::report(file, binder.complaints(), loaded.origins, env));

  auto problems = check(loaded.config, options.added_models);
  if (!options.insecure_bind) std::ranges::copy(check_bind(loaded.config.server), std::back_inserter(problems));
  std::vector<Binder::Complaint> complaints;
  for (auto& problem : problems) {
    // Client commands read without the server's variables: what they leave out is not missing.
    const bool unresolved = !options.require_variables && loaded.origins.contains(problem.path) &&
                            !loaded.origins.at(problem.path).written.empty();
    if (unresolved) continue;
    complaints.push_back(
        {loading::position_of(loaded.origins, problem.path), fmt::format("{}: {}", problem.path, problem.message)});
  }
  TRY_VOID(loading::report(file, std::move(complaints), loaded.origins, env));
  return loaded;
}

Result<Loaded> load_file(const std::string& path, const Env& env, const LoadOptions& options) {
  constexpr std::size_t largest = std::size_t{16} << 20U;
  auto text = read_file(path, largest);
  if (!text) {
    auto error = std::move(text).error();
    error.code = Errc::config;  // a file that was named and is missing is a wrong configuration
    return std::unexpected(std::move(error));
  }
  return load_text(*text, path, env, options);
}

Result<std::optional<std::string>> find_file(const std::optional<std::string>& flag, const Env& env) {
  if (flag) return flag;
  if (auto named = env.non_empty("LLMGW_CONFIG")) return named;
  if (auto user = user_config_file(env); user && ::access(user->c_str(), F_OK) == 0) return *user;
  if (::access(system_config_file, F_OK) == 0) return std::string(system_config_file);
  return std::nullopt;
}

Result<Profile> find_profile(const Config& config, std::string_view name, const Env& env) {
  const std::string wanted(name.empty() ? std::string_view(config.profile) : name);
  const auto found = config.profiles.find(wanted);
  if (found == config.profiles.end()) {
    std::vector<std::string_view> names;
    for (const auto& [each, profile] : config.profiles) names.push_back(each);
    const auto near = nearest(wanted, names);
    const auto hint = near.empty() ? std::string() : fmt::format("; did you mean \"{}\"?", near);
    return fail(Errc::not_found, fmt::format("there is no profile \"{}\"{}", wanted, hint), "profile");
  }
  auto profile = found->second;
  if (!profile.api_key_env.empty()) {
    const auto key = env.non_empty(profile.api_key_env);
    if (!key) profile.missing_variable = profile.api_key_env;
    if (key) profile.api_key = Secret(*key);
  }
  if (!profile.missing_variable.empty())
    return fail(Errc::config,
                fmt::format("profile \"{}\": the environment variable {} is not set or empty", wanted,
                            profile.missing_variable),
                "api_key");
  return profile;
}

}  // namespace llmgw::config
