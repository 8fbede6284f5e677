#pragma once

#include <string>

#include "core/base/error.h"

namespace llmgw::dialect::messages {

/// Appends the event that ends a stream in failure; nothing may follow it.
void append_error(std::string& out, const Error& error);

}  // namespace llmgw::dialect::messages
