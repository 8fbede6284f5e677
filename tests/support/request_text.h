#pragma once

#include <string>

#include "core/ir/request.h"

namespace llmgw::fixtures {

/// What a request asks for, one line for each turn and setting, without what formats spell differently: the model,
/// limits, ids of nothing, how texts are split into parts. Two requests that ask for the same give the same text.
std::string text_of(const ir::Request& request);

}  // namespace llmgw::fixtures
