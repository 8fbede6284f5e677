#pragma once

#include <chrono>
#include <string>

#include "cli/arguments.h"
#include "cli/context.h"
#include "cli/failure.h"
#include "core/doctor/facts.h"

namespace llmgw::cli::doctoring {

/// What to look at.
struct Wanted {
  std::string client;  ///< empty: this machine alone
  bool offline = false;
  std::chrono::milliseconds timeout{5000};  ///< for each server
};

/// Facts, or the signal that ended the questions to servers.
struct Collected {
  doctor::Facts facts;
  int signal = 0;
};

/// Looks at everything and changes nothing. Contacts the servers of profiles and models (unless offline) and the
/// control sockets of this user's gateways; sends no credential.
Step<Collected> collect(Context& context, const Arguments& given, const Wanted& wanted);

}  // namespace llmgw::cli::doctoring
