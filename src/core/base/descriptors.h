#pragma once

namespace llmgw {

/// Lets this process open as many files and sockets as the system allows: each stream needs two, and the customary
/// soft limit of 1024 is for programs that use select().
void raise_descriptor_limit();

}  // namespace llmgw
