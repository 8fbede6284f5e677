#pragma once

#include <string>

#include "core/base/error.h"
#include "core/json/view.h"

namespace llmgw::dialect::messages {

/// True for an error object of any service where an answer or event should stand: Messages' own envelope, or the shapes
/// of servers that speak several formats (`{"error":...}`, `{"object":"error","message":...}`, `{"detail":...}`).
bool is_error_body(json::View body);

/// Appends the event that ends a stream in failure; nothing may follow it.
void append_error(std::string& out, const Error& error);

}  // namespace llmgw::dialect::messages
