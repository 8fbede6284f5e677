#include "cli/commands/doctor/machine.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "core/base/files.h"
#include "core/doctor/proc_net.h"

namespace llmgw::cli::doctoring {
namespace machine_facts {

namespace fs = std::filesystem;
constexpr std::size_t largest_file = std::size_t{1} << 20U;

void look_at_limits(doctor::Facts& facts) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  facts.soft_descriptors = limit.rlim_cur;
  facts.hard_descriptors = limit.rlim_max;
}

/// The space where the state folder is, or would be made.
void look_at_space(doctor::Facts& facts) {
  if (facts.state_folder.empty()) return;
  fs::path folder = facts.state_folder;
  std::error_code problem;
  while (!fs::exists(folder, problem) && folder.has_relative_path()) folder = folder.parent_path();
  struct statvfs space {};
  if (::statvfs(folder.c_str(), &space) != 0) return;
  facts.free_bytes = std::uint64_t{space.f_bavail} * space.f_frsize;
  // btrfs and others count no inodes and say 0 of 0.
  if (space.f_files != 0) facts.free_files = space.f_favail;
}

/// The process that holds a socket, looked for in every process that this user may look into.
void find_holder(doctor::Port& port, std::uint64_t inode) {
  const auto wanted = fmt::format("socket:[{}]", inode);
  std::error_code problem;
  for (fs::directory_iterator process("/proc", problem), end; !problem && process != end; process.increment(problem)) {
    const auto name = process->path().filename().string();
    std::int64_t pid = 0;
    const auto [rest, wrong] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (wrong != std::errc{} || rest != name.data() + name.size()) continue;
    std::error_code hidden;
    for (fs::directory_iterator fd(process->path() / "fd", hidden); !hidden && fd != fs::directory_iterator();
         fd.increment(hidden)) {
      std::error_code gone;
      if (fs::read_symlink(fd->path(), gone).string() != wanted) continue;
      port.pid = pid;
      port.program = read_file((process->path() / "comm").string(), largest_file).value_or("");
      while (port.program.ends_with('\n')) port.program.pop_back();
      return;
    }
  }
}

void look_at_ports(doctor::Facts& facts) {
  std::vector<doctor::ListeningSocket> sockets;
  for (const auto* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    const auto text = read_file(path);
    if (!text) continue;
    facts.listening_known = true;
    std::ranges::copy(doctor::parse_listening(*text), std::back_inserter(sockets));
  }
  for (const auto& socket : sockets) facts.listening.insert(socket.port);
  for (auto& port : facts.ports) {
    const auto holder = std::ranges::find(sockets, port.number, &doctor::ListeningSocket::port);
    if (holder == sockets.end()) continue;
    port.taken = true;
    find_holder(port, holder->inode);
  }
}

}  // namespace machine_facts

doctor::File look_at_file(const std::string& path, bool with_text) {
  doctor::File file{.path = path};
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) file.problem = path + ": " + std::strerror(errno);
    return file;
  }
  file.exists = true;
  file.mode = status.st_mode & 07777U;
  file.own = status.st_uid == ::geteuid() || status.st_uid == 0;
  if (!with_text) return file;
  auto text = read_file(path, machine_facts::largest_file);
  if (text) {
    file.text = Secret(std::move(*text));
  } else {
    file.problem = text.error().message;
  }
  return file;
}

void look_at_machine(doctor::Facts& facts) {
  machine_facts::look_at_limits(facts);
  machine_facts::look_at_space(facts);
  machine_facts::look_at_ports(facts);
}

void look_up(doctor::Host& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  const int status = ::getaddrinfo(host.host.c_str(), nullptr, &hints, &raw);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> found(raw, &::freeaddrinfo);
  if (status != 0) {
    host.dns_problem = ::gai_strerror(status);
    return;
  }
  for (const auto* each = found.get(); each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
      continue;
    host.addresses.emplace_back(text.data());
  }
}

}  // namespace llmgw::cli::doctoring
