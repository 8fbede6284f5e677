#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/term/keyboard.h"
#include "cli/term/terminal.h"
#include "core/gpu/model.h"

/// The screen of `llmgw gpu top`: from what is known and chosen to a text, without a terminal.
namespace llmgw::cli::gpu_command {

/// By what the processes are sorted, the most first.
enum class Order : std::uint8_t { memory, use, pid };
/// `memory`, `use`, `pid`.
std::string_view name_of(Order order);

/// What the screen shows.
struct TopState {
  std::vector<gpu::Snapshot> hosts;
  std::vector<std::string> troubles = {};  ///< sources that told nothing at the last reading
  Order order = Order::memory;
  std::size_t selected = 0;  ///< a row: GPUs of all hosts first, then their processes
  std::string pace = {};     ///< `1 s`: the time between two readings
};

/// How many rows can be selected.
std::size_t rows_of(const TopState& state);

/// What a key does; false when it ends the screen. `page` is the number of rows that Page Up and Page Down move.
bool press(const Key& key, std::size_t page, TopState& state);

/// The screen: GPUs, processes, and in a terminal a line about what is selected and one about the keys. It is never
/// wider nor higher than the terminal; the selected row is always seen. Where the output is no terminal, everything is
/// shown and nothing is selected.
std::string top_screen(const TopState& state, const Terminal& terminal);

}  // namespace llmgw::cli::gpu_command
