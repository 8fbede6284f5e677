#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/base/files.h"
#include "core/gpu/machine.h"
#include "core/gpu/nvml_loader.h"

extern char** environ;  // NOLINT: POSIX declares it so

namespace llmgw::gpu {
namespace system_machine_room {

constexpr std::size_t most_output = std::size_t{4} << 20U;
constexpr std::size_t most_file = std::size_t{16} << 20U;  // /proc/net/tcp has a line for each connection

/// A descriptor that is closed with its owner.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  void take(int fd) {
    close();
    fd_ = fd;
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;

  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read.take(ends[0]);
    write.take(ends[1]);
    return true;
  }
};

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  DIR* open = ::opendir(folder.c_str());
  if (open == nullptr) return names;
  while (const dirent* entry = ::readdir(open)) {  // NOLINT(concurrency-mt-unsafe): the stream is ours alone
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(open);
  std::ranges::sort(names);
  return names;
}

std::optional<std::string> user_of(std::int64_t uid) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(static_cast<uid_t>(uid), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) return std::nullopt;
  return std::string(found->pw_name);
}

std::optional<std::string> text_of(const std::string& path) {
  auto text = read_file(path, most_file);
  if (!text) return std::nullopt;
  return *std::move(text);
}

std::optional<std::string> target_of(const std::string& path) {
  std::array<char, 4096> buffer{};
  const auto size = ::readlink(path.c_str(), buffer.data(), buffer.size());
  if (size < 0) return std::nullopt;
  return std::string(buffer.data(), static_cast<std::size_t>(size));
}

/// Takes what is there; false at the end.
bool drain(Descriptor& from, std::string& to) {
  std::array<char, 65536> buffer;  // NOLINT: filled before it is read
  const auto count = ::read(from.get(), buffer.data(), buffer.size());
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) {
    from.close();
    return false;
  }
  to.append(buffer.data(), std::min(static_cast<std::size_t>(count), most_output - std::min(most_output, to.size())));
  return true;
}

/// A flag that threads wait for beside what they read.
class Flag {
 public:
  void set(bool on) {
    std::uint64_t count = 1;
    if (on) ::eventfd_write(event_.get(), count);
    if (!on) ::eventfd_read(event_.get(), &count);
  }
  [[nodiscard]] bool is_set() const {
    pollfd wait{event_.get(), POLLIN, 0};
    return ::poll(&wait, 1, 0) > 0;
  }
  [[nodiscard]] int descriptor() const { return event_.get(); }

 private:
  Descriptor event_ = Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
};

/// How the reading of a program's outputs ended.
enum class End : std::uint8_t { whole, late, given_up };

/// Both outputs of a program.
struct Outputs {
  Pipe out;
  Pipe err;
};

/// Reads both outputs until they end, the time is over or it is given up.
End collect(Outputs& outputs, smi::Answer& answer, std::chrono::milliseconds limit, const Flag& given_up) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (outputs.out.read.get() >= 0 || outputs.err.read.get() >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    std::array<pollfd, 3> waits{
        {{outputs.out.read.get(), POLLIN, 0}, {outputs.err.read.get(), POLLIN, 0}, {given_up.descriptor(), POLLIN, 0}}};
    if (left.count() <= 0 || ::poll(waits.data(), waits.size(), static_cast<int>(left.count())) == 0) return End::late;
    if (waits[2].revents != 0) return End::given_up;
    if (waits[0].revents != 0) drain(outputs.out.read, answer.out);
    if (waits[1].revents != 0) drain(outputs.err.read, answer.err);
  }
  return End::whole;
}

/// Starts the program as the first of a group of its own, so that one signal reaches whatever it starts.
Result<pid_t> start(const std::vector<std::string>& words, const Outputs& outputs) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));  // NOLINT: POSIX takes char*
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, outputs.out.write.get(), 1);
  ::posix_spawn_file_actions_adddup2(&actions, outputs.err.write.get(), 2);
  posix_spawnattr_t attributes{};
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, arguments[0], &actions, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    // glibc gives each thread a text of its own.
    return fail(Errc::not_found,
                fmt::format("{}: {}", words[0], std::strerror(error)));  // NOLINT(concurrency-mt-unsafe)
  }
  return pid;
}

class SystemMachine final : public Machine {
 public:
  explicit SystemMachine(const Env& env) : env_(env) {}

  Result<std::unique_ptr<nvml::Symbols>> nvml() override { return nvml::load(env_); }

  Files files() override { return {.read = text_of, .list = names_in, .link = target_of, .user = user_of}; }

  Result<smi::Answer> run(const std::vector<std::string>& words, std::chrono::milliseconds limit) override {
    if (given_up_.is_set()) return fail(Errc::cancelled, fmt::format("{} was not asked: given up", words[0]));
    Outputs outputs;
    if (!outputs.out.open() || !outputs.err.open())
      return fail(Errc::internal, "no pipe could be opened: too many open files");
    TRY(const auto pid, start(words, outputs));
    outputs.out.write.close();
    outputs.err.write.close();
    smi::Answer answer;
    const auto end = collect(outputs, answer, limit, given_up_);
    if (end != End::whole) ::kill(-pid, SIGKILL);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (end == End::given_up) return fail(Errc::cancelled, fmt::format("{} was given up", words[0]));
    if (end == End::late) {
      return fail(Errc::timeout, fmt::format("{} did not answer within {} s", words[0], limit.count() / 1000));
    }
    answer.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    constexpr int not_executed = 127;
    if (answer.exit == not_executed && answer.out.empty() && answer.err.empty()) {
      return fail(Errc::not_found, fmt::format("{}: no such program", words[0]));
    }
    return answer;
  }

  Result<std::string> kernel_log() override {
    // Each descriptor reads on where it stopped, from the oldest record on (Documentation/ABI/testing/dev-kmsg).
    if (log_.get() < 0) log_.take(::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (log_.get() < 0) return fail(Errc::permission, "the kernel's log (/dev/kmsg) cannot be read");
    std::string text;
    std::array<char, 8192> record{};  // one read gives one record, and none is longer
    while (text.size() < most_output) {
      const auto count = ::read(log_.get(), record.data(), record.size());
      if (count < 0 && errno == EPIPE) continue;  // a record was overwritten before it was read
      if (count <= 0) break;
      text.append(record.data(), static_cast<std::size_t>(count));
    }
    return text;
  }

  void give_up(bool on) override { given_up_.set(on); }

 private:
  const Env& env_;
  Descriptor log_;
  Flag given_up_;
};

}  // namespace system_machine_room

std::unique_ptr<Machine> system_machine(const Env& env) {
  return std::make_unique<system_machine_room::SystemMachine>(env);
}

}  // namespace llmgw::gpu
