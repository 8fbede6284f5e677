#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/client/target.h"
#include "cli/context.h"
#include "cli/failure.h"
#include "core/net/foreground.h"

namespace llmgw::cli {

/// One model as a server lists it. Names are kept as they are: servers tell `Qwen` from `qwen`.
struct ListedModel {
  std::string id;
  std::string owner;                    ///< or empty
  std::optional<std::int64_t> context;  ///< tokens, where the server tells
  std::string raw;                      ///< the row as JSON on one line
};

/// Asks the target for its models (GET /models).
net::Task<Step<std::vector<ListedModel>>> list_models(net::ClientRoom& room, const Target& target);

/// The list, or the signal that ended the asking.
struct AskedModels {
  std::vector<ListedModel> models;
  int signal = 0;
};

/// The same from outside a coroutine.
Step<AskedModels> ask_for_models(Context& context, const Target& target);

/// Reads a list of either shape; `upstream_protocol` when it is none.
Result<std::vector<ListedModel>> read_models(std::string_view body);

}  // namespace llmgw::cli
