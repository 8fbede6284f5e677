#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/gpu/nvml_api.h"

/// The library of tests/fake_nvml, loaded into the test.
namespace fake_nvml {

/// Loads the library at `path` with a scenario (its words are explained in tests/fake_nvml/nvml.cpp). Symbols for which
/// `hidden` holds are not found.
std::unique_ptr<llmgw::gpu::nvml::Symbols> load(const std::string& path, const std::string& scenario,
                                                std::function<bool(std::string_view)> hidden = {});

/// One NVIDIA L4 that a process uses.
extern const char* const one_l4;
/// An H200 that multiplies matrices at its power limit, passed through to a virtual machine: no NVLink to be seen.
extern const char* const one_h200;
/// Eight B200 of 1,000 W under load, with 18 NVLinks each.
extern const char* const eight_b200;
/// Eight H100, of which the fourth fell off the bus.
extern const char* const one_of_eight_h100_lost;
/// An A100 that is divided into two parts.
extern const char* const divided_a100;
/// A GB10, whose memory is the host's.
extern const char* const unified_gb10;

/// True for symbols that came after driver 470.
bool newer_than_470(std::string_view symbol);

}  // namespace fake_nvml
