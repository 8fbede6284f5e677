#pragma once

#include <string_view>
#include <vector>

#include "core/health/check.h"
#include "core/health/kind.h"

namespace llmgw::health {

/// The question that shows whether anything answers at all; its answer serves the later checks too.
std::string_view contact_path(const Kind* kind);

/// True when the selection, or what it depends on, has the check.
bool needs(const Selection& selection, std::string_view check);

/// True when some selected check, or one that it depends on, asks a model.
bool asks_models(const Selection& selection);

/// The path of this kind that answers the check; empty: it reads what others ask for, or what models are asked.
std::string_view path_for(const Kind& kind, std::string_view check);

/// Paths that the selected checks of this kind want answered, each once.
std::vector<std::string_view> paths_for(const Kind& kind, const Selection& selection);

}  // namespace llmgw::health
