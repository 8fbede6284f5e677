#pragma once

#include <string>

#include "core/base/env.h"
#include "core/doctor/facts.h"

namespace llmgw::cli::doctoring {

/// A file with its mode; its text where `with_text`. A file that is not there is no error.
doctor::File look_at_file(const std::string& path, bool with_text);

/// Limits, space, listening ports and the holders of `facts.ports`.
void look_at_machine(doctor::Facts& facts);

/// The addresses that a name means, and why it means none; asks the system's resolver and waits for it.
void look_up(doctor::Host& host);

}  // namespace llmgw::cli::doctoring
