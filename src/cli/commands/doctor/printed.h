#pragma once

#include <string>
#include <string_view>

#include "cli/term/terminal.h"
#include "core/doctor/check.h"
#include "core/doctor/redact.h"

namespace llmgw::cli::doctoring {

/// What is printed, and how secrets and the home folder are kept out of it.
struct Examined {
  const doctor::Facts& facts;
  const doctor::Findings& findings;
  std::string_view client;  ///< empty: this machine alone
  const doctor::Redactor& redact;
};

/// One line for each finding with its mend below, and a line that counts them.
std::string as_table(const Examined& examined, const Terminal& terminal);
/// `{"version":...,"client":...,"state":...,"findings":[...]}` and a line feed.
std::string as_json(const Examined& examined);
/// One object a line.
std::string as_jsonl(const Examined& examined);
/// A Markdown page for a bug report: the findings, and which variables and files there are, without their values.
std::string as_report(const Examined& examined, std::string_view system);

/// Everything that must not be shown, from the facts.
doctor::Redactor redactor_for(const doctor::Facts& facts);

}  // namespace llmgw::cli::doctoring
