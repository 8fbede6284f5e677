#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/net/client.h"
#include "core/net/http_client.h"
#include "core/net/task.h"

namespace llmgw::net {

/// What the work of a client command runs on: a client, and time. Tests put a scripted one in its place.
class ClientRoom {
 public:
  virtual ~ClientRoom() = default;
  virtual HttpClient& client() = 0;
  /// Waits, unless the work is cancelled; false when it was.
  virtual Task<bool> pause(milliseconds time) = 0;
  /// All addresses of a host, for those who want to talk to each. Unless a room knows better, the host itself.
  virtual Task<Result<std::vector<std::string>>> addresses(std::string host);
  /// Runs work that would keep this thread waiting on a thread of its own, and waits for its end. False when that was
  /// cancelled: then `stop` is called here, and the end of the work is waited for all the same. What either uses must
  /// outlive the call alone. Throws what the work threw. Unless a room knows better, the work runs here.
  virtual Task<bool> apart(std::function<void()> work, std::function<void()> stop);
};

/// The work of a command. It is cancelled by SIGINT, SIGTERM and SIGHUP: its waits end with `cancelled` errors.
using ClientWork = std::function<Task<>(ClientRoom&)>;

/// Runs the work on this thread, with a client of these options, until it ends. The value is the signal that cancelled
/// it, or 0. A second signal ends the process at once. Error: `internal`, for an exception.
Result<int> run_in_foreground(const ClientWork& work, ClientOptions options = {});

}  // namespace llmgw::net
