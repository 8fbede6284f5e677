#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace llmgw::doctor {

/// A TCP socket that listens.
struct ListeningSocket {
  std::uint16_t port = 0;
  std::uint64_t inode = 0;  ///< as in the links `/proc/PID/fd/N -> socket:[INODE]`
  friend bool operator==(const ListeningSocket&, const ListeningSocket&) = default;
};

/// The listening sockets of a text like /proc/net/tcp or /proc/net/tcp6 (proc(5)). Lines that are not of that form are
/// passed over.
std::vector<ListeningSocket> parse_listening(std::string_view text);

}  // namespace llmgw::doctor
