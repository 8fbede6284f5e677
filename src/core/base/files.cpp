#include "core/base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace llmgw {
namespace files {

/// Closes a descriptor when the scope ends.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<Error> system_error(std::string_view what, const std::string& path, int number) {
  const auto code = number == ENOENT || number == ENOTDIR ? Errc::not_found : Errc::config;
  return fail(code, std::string(what) + " " + path + ": " + std::strerror(number));
}

Result<> make_folders(const std::filesystem::path& folder) {
  if (folder.empty()) return {};
  std::error_code problem;
  if (std::filesystem::is_directory(folder, problem)) return {};
  TRY_VOID(make_folders(folder.parent_path()));
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_error("cannot make the folder", folder.string(), errno);
  }
  return {};
}

Result<> write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("cannot write", path, errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0 && errno != EINVAL) return system_error("cannot write", path, errno);
  return {};
}

}  // namespace files

Result<> make_folder(const std::string& path) { return files::make_folders(path); }

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  const files::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return files::system_error("cannot read", path, errno);
  std::string content;
  std::string buffer(65'536, '\0');
  for (;;) {
    const auto count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return files::system_error("cannot read", path, errno);
    if (count == 0) return content;
    content.append(buffer, 0, static_cast<std::size_t>(count));
    if (content.size() > max_bytes) {
      return fail(Errc::config, "cannot read " + path + ": larger than " + std::to_string(max_bytes) + " bytes");
    }
  }
}

namespace files {

/// Writes a temporary file beside `path` and lets `place` bring it there.
template <class Place>
Result<> write_beside(const std::string& path, std::string_view content, FileMode mode, Place place) {
  TRY_VOID(make_folders(std::filesystem::path(path).parent_path()));
  std::string temporary = path + ".XXXXXX";
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.get() < 0) return system_error("cannot write", path, errno);
  auto done = write_all(file.get(), content, path);
  if (done && ::fchmod(file.get(), static_cast<mode_t>(mode)) != 0) {
    done = system_error("cannot set the mode of", path, errno);
  }
  if (done && !place(temporary)) done = system_error("cannot write", path, errno);
  ::unlink(temporary.c_str());  // a rename has left nothing there
  return done;
}

}  // namespace files

Result<> write_file(const std::string& path, std::string_view content, FileMode mode) {
  return files::write_beside(path, content, mode, [&path](const std::string& temporary) {
    return ::rename(temporary.c_str(), path.c_str()) == 0;
  });
}

Result<bool> create_file(const std::string& path, std::string_view content, FileMode mode) {
  bool created = true;
  TRY_VOID(files::write_beside(path, content, mode, [&](const std::string& temporary) {
    if (::link(temporary.c_str(), path.c_str()) == 0) return true;
    created = false;
    return errno == EEXIST;
  }));
  return created;
}

}  // namespace llmgw
