#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.h"
#include "cli/client/target.h"
#include "cli/failure.h"
#include "core/ir/request.h"
#include "core/net/foreground.h"

namespace llmgw::cli {

/// The request that the options ask for, without messages and model.
Step<ir::Request> base_request(const Target& target, const Arguments& given);

/// The system prompt of `--system`: the text, or what `@FILE` holds.
Step<std::string> system_text(const std::string& given);

/// A message of one text.
ir::Message text_message(ir::Role role, std::string text);

/// Replaces the system prompt; an empty text removes it.
void set_system(ir::Request& request, std::string text);

/// The model to ask: `--model`, else the target's, else the only one that the server lists. With several it is a
/// `usage` failure that names them.
net::Task<Step<std::string>> choose_model(net::ClientRoom& room, const Target& target, std::string asked);

}  // namespace llmgw::cli
