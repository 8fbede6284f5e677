#pragma once

#include <string>

#include "cli/client/exchange.h"
#include "core/json/writer.h"

namespace llmgw::cli {

/// `qwen  412>128 tok  ttft 183ms  itl 11.2/17.9ms  86 tok/s  1.63s  stop`, shortened from the right to the width.
std::string statistics_line(const Exchanged& exchanged, const std::string& asked_model, int columns);

/// The members `usage` and `timing` of JSON output.
void write_statistics(json::Writer& json, const Exchanged& exchanged);

/// The finish reason of the first choice, as JSON output names it.
std::string_view finish_of(const ir::Answer& answer);

}  // namespace llmgw::cli
