#pragma once

#include "cli/spec.h"

/// Every command, one object each, defined in the file or folder of its name.
namespace llmgw::cli::commands {

extern const CommandSpec ask;
extern const CommandSpec bench;
extern const CommandSpec chat;
extern const CommandSpec completion;
extern const CommandSpec config;
extern const CommandSpec doctor;
extern const CommandSpec env;
extern const CommandSpec gpu;
extern const CommandSpec health;
extern const CommandSpec help;
extern const CommandSpec man;
extern const CommandSpec models;
extern const CommandSpec serve;
extern const CommandSpec sim;
extern const CommandSpec status;
extern const CommandSpec version;

}  // namespace llmgw::cli::commands
