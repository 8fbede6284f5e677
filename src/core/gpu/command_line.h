#pragma once

#include <string>
#include <string_view>

namespace llmgw::gpu {

/// A command line as people may see it: `***` stands for values of options, variables, headers and fields whose names
/// promise a credential, also within a line for a shell or JSON, and for the user's part of an address. `text` has
/// arguments one after the other, each ended by a zero byte, as /proc/PID/cmdline does; a line with blanks is one
/// argument.
std::string shown_command(std::string_view text);

}  // namespace llmgw::gpu
