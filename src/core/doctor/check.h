#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/check_state.h"
#include "core/doctor/facts.h"

namespace llmgw::doctor {

using State = CheckState;

/// One thing that was looked at.
struct Finding {
  std::string_view check = {};  ///< id of the check
  State state = State::ok;
  std::string subject = {};  ///< which file, host, port or variable; may be empty
  std::string says = {};     ///< a sentence; never holds a credential
  std::string mend = {};     ///< a command or a change; empty where nothing is to be done
  friend bool operator==(const Finding&, const Finding&) = default;
};

using Findings = std::vector<Finding>;

/// One check. A verdict follows from facts alone.
struct Check {
  std::string_view id;                                    ///< `network.dns`
  std::string_view client;                                ///< whose settings it reads; empty: this machine's
  std::string_view looks_at;                              ///< a sentence for the reference page
  std::string_view mistakes;                              ///< what it finds wrong, for the reference page
  void (*judge)(const Facts& facts, Findings& findings);  ///< appends at least one finding, each with `check` empty
};

/// All checks in the order of the report: causes before what follows from them.
std::span<const Check> checks();

/// The names of clients that have checks of their own, in the order of the table.
std::vector<std::string_view> clients();

/// Everything found: the checks of this machine, then those of the client where one is named.
Findings examine(const Facts& facts, std::string_view client);

/// The worst state among the findings; `skipped` counts as `ok`.
State worst(const Findings& findings);

/// The table of checks as a Markdown page.
std::string reference_page();

}  // namespace llmgw::doctor
