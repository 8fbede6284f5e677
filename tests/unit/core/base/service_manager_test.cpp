#include "core/base/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

using namespace llmgw;

namespace service_manager_test {

/// A datagram socket as systemd's, in a folder of its own or with an abstract name.
class Manager {
 public:
  explicit Manager(bool abstract) {
    folder_ = (std::filesystem::temp_directory_path() / "llmgw-XXXXXX").string();
    REQUIRE(::mkdtemp(folder_.data()) != nullptr);
    name_ = abstract ? "@" + folder_ : folder_ + "/notify";
    fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(name_.size() < sizeof address.sun_path);
    name_.copy(address.sun_path, sizeof address.sun_path - 1);
    if (abstract) address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  }
  ~Manager() {
    ::close(fd_);
    std::filesystem::remove_all(folder_);
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  /// The next datagram; empty when none waits. Datagrams of a unix socket are there once sendto returns.
  std::string next() {
    std::array<char, 512> buffer{};
    const auto size = ::recv(fd_, buffer.data(), buffer.size(), 0);
    return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
  }

 private:
  int fd_ = -1;
  std::string folder_;
  std::string name_;
};

ServiceManager manager_for(const std::string& socket, FixedEnv::Variables more = {}) {
  more["NOTIFY_SOCKET"] = socket;
  return {FixedEnv(std::move(more)), 42};
}

}  // namespace service_manager_test

using service_manager_test::Manager;
using service_manager_test::manager_for;

TEST_CASE("the service manager hears each state in a datagram of its own", "[base]") {
  for (const bool abstract : {false, true}) {
    CAPTURE(abstract);
    Manager systemd(abstract);
    const auto manager = manager_for(systemd.name());
    manager.ready();
    CHECK(systemd.next() == "READY=1");
    manager.reloading(123);
    CHECK(systemd.next() == "RELOADING=1\nMONOTONIC_USEC=123");
    manager.status("serving\nREADY=1");
    CHECK(systemd.next() == "STATUS=serving READY=1");
    manager.alive();
    CHECK(systemd.next() == "WATCHDOG=1");
    manager.stopping();
    CHECK(systemd.next() == "STOPPING=1");
    CHECK(systemd.next().empty());
  }
}

TEST_CASE("without a service manager nothing happens", "[base]") {
  const ServiceManager nobody(FixedEnv(), 42);
  nobody.ready();
  CHECK_FALSE(nobody.alive_every());
  manager_for("relative/path").ready();
  manager_for("/nowhere/notify").ready();
  manager_for("/" + std::string(200, 'x')).ready();
}

TEST_CASE("signs of life are due twice as often as the manager waits, if it waits for this process", "[base]") {
  using std::chrono::microseconds;
  CHECK(manager_for("/x", {{"WATCHDOG_USEC", "30000000"}}).alive_every() == microseconds(15'000'000));
  CHECK(manager_for("/x", {{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", "42"}}).alive_every());
  CHECK_FALSE(manager_for("/x", {{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", "41"}}).alive_every());
  CHECK_FALSE(manager_for("/x", {{"WATCHDOG_USEC", "soon"}}).alive_every());
  CHECK_FALSE(manager_for("/x").alive_every());
}
