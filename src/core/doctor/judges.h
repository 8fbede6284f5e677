#pragma once

#include "core/doctor/check.h"

/// The judges that `registry.cpp` names, by the file they are in.
namespace llmgw::doctor::judges {

// machine.cpp
void descriptors(const Facts& facts, Findings& findings);
void disk(const Facts& facts, Findings& findings);
void clock(const Facts& facts, Findings& findings);

// configuration.cpp
void config_file(const Facts& facts, Findings& findings);
void config_variables(const Facts& facts, Findings& findings);
void credential_modes(const Facts& facts, Findings& findings);
void token(const Facts& facts, Findings& findings);

// network.cpp
void dns(const Facts& facts, Findings& findings);
void reach(const Facts& facts, Findings& findings);
void proxies(const Facts& facts, Findings& findings);
void ports(const Facts& facts, Findings& findings);

// serving.cpp
void serve_version(const Facts& facts, Findings& findings);
void serve_config(const Facts& facts, Findings& findings);
void serve_socket(const Facts& facts, Findings& findings);

// clients/*.cpp
void claude(const Facts& facts, Findings& findings);
void codex(const Facts& facts, Findings& findings);
void cursor(const Facts& facts, Findings& findings);
void cline(const Facts& facts, Findings& findings);
void opencode(const Facts& facts, Findings& findings);
void aider(const Facts& facts, Findings& findings);

}  // namespace llmgw::doctor::judges
