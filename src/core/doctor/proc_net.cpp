#include "core/doctor/proc_net.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace llmgw::doctor {
namespace proc_net {

// Columns of proc(5): sl, local_address, rem_address, st, queues, timer, retrnsmt, uid, timeout, inode.
constexpr std::size_t local_column = 1;
constexpr std::size_t state_column = 3;
constexpr std::size_t inode_column = 9;
constexpr std::string_view listening_state = "0A";  // TCP_LISTEN of the kernel's include/net/tcp_states.h
using Columns = std::array<std::string_view, inode_column + 1>;

/// The first columns of a line; empty ones where there are fewer.
Columns columns_of(std::string_view line) {
  Columns columns;
  for (auto& column : columns) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    column = line.substr(0, line.find(' '));
    line.remove_prefix(column.size());
  }
  return columns;
}

template <class Number>
std::optional<Number> read(std::string_view text, int base) {
  Number value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace proc_net

std::vector<ListeningSocket> parse_listening(std::string_view text) {
  using namespace proc_net;
  std::vector<ListeningSocket> found;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto columns = columns_of(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto& local = columns[local_column];
    const auto colon = local.find(':');
    if (columns[state_column] != listening_state || colon == std::string_view::npos) continue;
    const auto port = read<std::uint16_t>(local.substr(colon + 1), 16);
    const auto inode = read<std::uint64_t>(columns[inode_column], 10);
    if (port && inode) found.push_back({*port, *inode});
  }
  return found;
}

}  // namespace llmgw::doctor
