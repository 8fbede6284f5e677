#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <limits>

#include "cli/commands/gpu/options.h"
#include "cli/commands/gpu/serving.h"
#include "cli/commands/gpu/sources.h"
#include "cli/commands/gpu/subcommands.h"
#include "cli/commands/gpu/top_screen.h"
#include "cli/exit_code.h"
#include "cli/term/frames.h"
#include "core/net/task_group.h"

namespace llmgw::cli::gpu_command {
namespace gpu_top {

constexpr OptionSpec frames{.name = "frames",
                            .kind = ValueKind::integer,
                            .value = "N",
                            .help = "end after so many readings",
                            .fallback = "without end",
                            .least = 1};
constexpr std::array<const OptionSpec*, 9> options{&every,        &frames, &source, &host,  &id,
                                                   &only_visible, &user,   &pcie,   &nvlink};
constexpr std::array examples{
    ExampleSpec{"llmgw gpu top", "this machine, once a second"},
    ExampleSpec{"llmgw gpu top --host gx-01 --host gx-02 --every 5s", "two hosts over ssh"},
    ExampleSpec{"llmgw gpu top --frames 1 | head", "one frame, as text"},
};

/// What the loop works with.
struct Top {
  Context& context;
  Sources& sources;
  Serving& serving;
  Frames& screen;
  Keyboard* keyboard;  ///< null: nobody can press a key
  std::chrono::milliseconds apart;
  std::int64_t left;  ///< frames
  Terminal terminal;
  TopState state;
  Outcome outcome = exit_ok;
};

void look_again(Top& top) {
  top.terminal = top.context.window();
  top.screen.resize(top.terminal);
}

/// False when nothing can be shown at all.
bool take(Top& top, Reading&& reading) {
  if (reading.hosts.empty() && top.state.hosts.empty()) {
    top.outcome = no_source(reading);
    return false;
  }
  top.state.troubles.clear();
  for (const auto& failure : reading.failures) top.state.troubles.push_back(failure.message);
  if (!reading.hosts.empty()) top.state.hosts = std::move(reading.hosts);
  return true;
}

void draw(Top& top) {
  look_again(top);
  top.screen.show(top_screen(top.state, top.terminal));
}

/// What is pressed: nothing, a key, or one that ends the screen.
enum class Heard : std::uint8_t { nothing, key, end };

Heard hear(Top& top, std::chrono::milliseconds patience) {
  const auto key = top.keyboard->wait(patience);
  const auto page = static_cast<std::size_t>(std::max(top.terminal.rows / 2, 1));
  if (!key) return Heard::nothing;
  return press(*key, page, top.state) ? Heard::key : Heard::end;
}

/// Shows what is pressed until the next reading is due; false when the screen is over.
net::Task<bool> until_due(net::ClientRoom& room, Top& top) {
  constexpr net::milliseconds at_once{1};
  if (top.keyboard == nullptr) co_return co_await room.pause(top.apart);
  const auto due = top.context.clock.now_ns() + std::chrono::nanoseconds(top.apart).count();
  while (true) {
    const auto rest = std::chrono::nanoseconds(due - top.context.clock.now_ns());
    if (rest.count() <= 0) co_return true;
    if (hear(top, std::chrono::ceil<std::chrono::milliseconds>(rest)) == Heard::end) co_return false;
    // The keyboard kept the thread: now signals are heard.
    const bool goes_on = co_await room.pause(at_once);
    if (!goes_on) co_return false;
    draw(top);
  }
}

net::Task<> read_into(net::ClientRoom& room, Top& top, Reading& coming) {
  coming = co_await top.sources.read(room);
  const auto files = top.sources.machine().files();
  if (!coming.cancelled) co_await top.serving.add_to(room, files, coming);
}

/// Hears keys while the next reading comes, however long that takes; false when the screen is over.
net::Task<bool> until_there(net::ClientRoom& room, Top& top, Reading& coming) {
  constexpr std::chrono::milliseconds turn{20};  // of the keyboard, in which pages of servers come no further
  constexpr std::chrono::milliseconds at_once{1};
  const auto group = co_await net::TaskGroup::here();
  group->start(read_into(room, top, coming));
  auto heard = Heard::nothing;
  while (top.keyboard != nullptr && heard != Heard::end) {
    const auto wake = co_await group->join(net::deadline_in(at_once));
    if (wake == net::Wake::set) break;
    heard = wake == net::Wake::cancelled ? Heard::end : hear(top, turn);
    if (heard == Heard::key && !top.state.hosts.empty()) draw(top);
  }
  if (heard == Heard::end) group->cancel();
  const bool whole = co_await group->join_or_cancel();
  const bool over = heard == Heard::end || !whole || coming.cancelled;
  co_return !over;
}

net::Task<> run(net::ClientRoom& room, Top& top) {
  while (top.context.out.error() == 0) {
    Reading coming;
    const bool there = co_await until_there(room, top, coming);
    if (!there) co_return;
    const bool shown = take(top, std::move(coming));
    if (!shown) co_return;
    draw(top);
    if (--top.left == 0 || top.sources.over()) co_return;
    const bool goes_on = co_await until_due(room, top);
    if (!goes_on) co_return;
  }
}

std::string pace_of(std::chrono::milliseconds time) {
  return time.count() % 1000 == 0 ? fmt::format("{} s", time.count() / 1000) : fmt::format("{} ms", time.count());
}

Outcome run_top(Context& context, const Arguments& given) {
  constexpr std::chrono::milliseconds shortest{100};
  const auto apart = given.duration(every).value_or(std::chrono::seconds(1));
  if (apart < shortest) return give_up(Errc::usage, "--every must be at least 100ms");
  TRY(const auto sources, Sources::open(context, read_wanted(given), Sources::Replay::from_start));
  auto serving = Serving::open(context, given);
  const auto keyboard = context.out_terminal.tty && context.open_keyboard ? context.open_keyboard() : nullptr;
  Frames screen(context.out, context.out_terminal, Frames::Screen::own);
  Top top{.context = context,
          .sources = *sources,
          .serving = serving,
          .screen = screen,
          .keyboard = keyboard.get(),
          .apart = apart,
          .left = given.integer(frames).value_or(std::numeric_limits<std::int64_t>::max()),
          .terminal = context.out_terminal,
          .state = {.hosts = {}, .pace = pace_of(apart)}};
  TRY(const auto signal, context.run_client([&top](net::ClientRoom& room) { return run(room, top); }));
  // Ctrl-C is how a person ends it.
  return !top.outcome || signal == 0 || signal == SIGINT ? top.outcome : Outcome(exit_of_signal(signal));
}

}  // namespace gpu_top

constexpr CommandSpec top{
    .name = "top",
    .summary = "GPUs and what runs on them, kept up to date",
    .description =
        "Fills the terminal: the GPUs as gpu status has them, and below them the processes, with the model that they "
        "serve where the configuration names the server. Keys: q ends it, s sorts the processes by memory, use or pid; "
        "up, down, Page Up, Page Down, Home and End (or j and k) select a row, of which the line above the keys tells "
        "more.\n\n"
        "A GPU that is lost or has memory errors is red, one that heat or the power brake holds down yellow. With "
        "NO_COLOR nothing is coloured. Where the output is no terminal, one plain frame follows the other.",
    .options = gpu_top::options,
    .examples = gpu_top::examples,
    .run = gpu_top::run_top};

}  // namespace llmgw::cli::gpu_command
