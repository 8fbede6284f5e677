#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace llmgw::dialect::messages {

/// The cut of an answer: the upstream closed before it told the end.
Error stream_incomplete();

/// A finish of `error` without a text of its own.
Error model_stopped(std::string_view raw);

/// Appends the event that ends a stream in failure; nothing may follow it.
void append_error(std::string& out, const Error& error);

}  // namespace llmgw::dialect::messages
