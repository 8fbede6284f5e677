#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/env.h"
#include "core/base/error.h"

namespace llmgw::status {

/// The folder of control sockets: `$XDG_RUNTIME_DIR/llmgw` when that variable is an absolute path (XDG Base Directory
/// Specification), else the state folder. Error: `config`, when there is neither.
Result<std::string> control_folder(const Env& env);

/// The path of the control socket of a gateway whose first listener has this port; for one without a port (a unix
/// socket alone) the process id stands in its place.
Result<std::string> control_path(const Env& env, std::uint16_t port, std::int64_t pid);

/// Control sockets that lie in the folder, sorted by name. Nobody may be listening on one any more.
std::vector<std::string> find_control_sockets(const Env& env);

}  // namespace llmgw::status
