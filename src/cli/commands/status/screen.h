#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/client/gateways.h"
#include "cli/term/terminal.h"
#include "core/gpu/model.h"

namespace llmgw::cli::showing {

/// The gateways as text for people, at most as wide as the terminal: what each is, its counters, its upstreams and
/// models, what was launched, the GPUs, and its last slow or failed requests, of which a terminal shows what it has
/// room for.
/// `gpus` are those of this machine, or null.
std::string screen(const std::vector<Gateway>& gateways, const gpu::Snapshot* gpus, const Terminal& terminal,
                   const std::string& home);

/// A JSON array of the statuses as the gateways gave them; `{"control":...,"problem":...}` for one that did not answer.
/// `gpus`, when there are any, is a member of each status.
std::string as_json(const std::vector<Gateway>& gateways, const gpu::Snapshot* gpus);

/// `12s`, `3m 4s`, `5h 6m`, `7d 8h`.
std::string span_of(std::int64_t seconds);

/// `950`, `1.2k`, `3.4M`: a count in at most five characters.
std::string short_count(std::int64_t count);

}  // namespace llmgw::cli::showing
