#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/env.h"

namespace llmgw {

/// Tells the service manager what the process is doing, in the datagrams of sd_notify(3), where NOTIFY_SOCKET names a
/// socket. Without one every call does nothing. A manager that cannot be reached is no error: sd_notify(3) asks
/// programs to go on.
class ServiceManager {
 public:
  /// `pid`: this process; a WATCHDOG_PID of another one means that its WATCHDOG_USEC is not for us.
  ServiceManager(const Env& env, std::int64_t pid);

  /// Everything accepts.
  void ready() const { send("READY=1"); }
  /// The configuration is read again; `ready` follows. `monotonic_us`: CLOCK_MONOTONIC now, which Type=notify-reload
  /// asks for (systemd.service(5)).
  void reloading(std::int64_t monotonic_us) const;
  /// Requests are drained.
  void stopping() const { send("STOPPING=1"); }
  /// A sign of life.
  void alive() const { send("WATCHDOG=1"); }
  /// One line for `systemctl status`.
  void status(std::string_view line) const;

  /// How often `alive` is due: half of what the manager waits (sd_watchdog_enabled(3)); nullopt where it does not.
  [[nodiscard]] std::optional<std::chrono::microseconds> alive_every() const { return alive_every_; }

 private:
  void send(std::string_view message) const;
  std::string socket_;  ///< empty: nobody listens; a leading `@` is an abstract address
  std::optional<std::chrono::microseconds> alive_every_;
};

}  // namespace llmgw
