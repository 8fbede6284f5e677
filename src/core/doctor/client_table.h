#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/env.h"
#include "core/doctor/facts.h"

namespace llmgw::doctor {

/// A variable that checks look at.
struct Variable {
  std::string_view name;
  bool secret = false;  ///< its value may be a credential
};

/// All of them.
std::span<const Variable> variables();

/// The configuration files of a client, in the order in which later ones win; paths of the current folder are relative.
/// From the clients' public documentation; see `client_table.cpp`.
std::vector<std::string> client_files(std::string_view client, const Env& env);

/// Names of variables that the client's files refer to.
std::vector<std::string> named_variables(std::string_view client, const std::vector<File>& files);

}  // namespace llmgw::doctor
