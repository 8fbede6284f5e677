#include "core/status/control_socket.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "core/base/folders.h"

namespace llmgw::status {

Result<std::string> control_folder(const Env& env) {
  const auto runtime = env.non_empty("XDG_RUNTIME_DIR");
  if (runtime && runtime->front() == '/') return *runtime + "/llmgw";
  return state_folder(env);
}

Result<std::string> control_path(const Env& env, std::uint16_t port, std::int64_t pid) {
  TRY(const auto folder, control_folder(env));
  if (port == 0) return fmt::format("{}/serve-pid-{}.sock", folder, pid);
  return fmt::format("{}/serve-{}.sock", folder, port);
}

std::vector<std::string> find_control_sockets(const Env& env) {
  std::vector<std::string> found;
  const auto folder = control_folder(env);
  if (!folder) return found;
  std::error_code problem;  // a folder that is not there holds no sockets
  for (std::filesystem::directory_iterator at(*folder, problem), end; !problem && at != end; at.increment(problem)) {
    const auto name = at->path().filename().string();
    std::error_code unreadable;
    if (name.starts_with("serve-") && name.ends_with(".sock") && at->is_socket(unreadable)) {
      found.push_back(at->path().string());
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace llmgw::status
