#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/client/model_list.h"
#include "cli/context.h"

namespace llmgw::cli {

/// Keeps the names of a target's models for the shells' completion. It is a convenience: a folder that cannot be
/// written is no error.
void remember_models(const Env& env, const Target& target, const std::vector<ListedModel>& models);

/// What `llmgw __complete models|profiles -- WORDS` prints: names, one a line, for the words typed so far. Completion
/// must be quick and quiet, so this reads files and never asks a server; what is not known is left out.
std::string completion_values(const Context& context, std::span<const std::string> args);

}  // namespace llmgw::cli
