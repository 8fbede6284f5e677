#include "core/status/status.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>

#include "cli/client/gateways.h"
#include "cli/client/model_list.h"
#include "cli/client/target_options.h"
#include "cli/commands/commands.h"
#include "cli/commands/output_options.h"
#include "cli/commands/status/screen.h"
#include "cli/configuration.h"
#include "cli/exit_code.h"
#include "cli/term/frames.h"
#include "core/gpu/local_reader.h"

namespace llmgw::cli::commands {
namespace status_command {

constexpr std::string_view formats[] = {"table", "json"};
constexpr OptionSpec output{.name = "output",
                            .letter = 'o',
                            .kind = ValueKind::choice,
                            .value = "FORMAT",
                            .help = "how to print it; with --watch json is one array a line",
                            .choices = formats,
                            .fallback = "table"};
constexpr OptionSpec socket{
    .name = "socket", .kind = ValueKind::file, .value = "PATH", .help = "ask this control socket and no other"};
constexpr OptionSpec watch{.name = "watch", .help = "show it again and again until Ctrl-C"};
constexpr OptionSpec interval{.name = "interval",
                              .kind = ValueKind::duration,
                              .value = "TIME",
                              .help = "time between two looks of --watch, at least 1s",
                              .fallback = "2s"};
constexpr std::array<const OptionSpec*, 8> options{
    &output,
    &output_options::json,
    &socket,
    &watch,
    &interval,
    &target_options::profile,
    &target_options::base_url,
    &target_options::api_key_file,
};
constexpr std::array examples{
    ExampleSpec{"llmgw status", "every gateway of this user that runs"},
    ExampleSpec{"llmgw status --watch", "the same, kept up to date"},
    ExampleSpec{"llmgw status -o json | jq '.[].counters.failed'", "for scripts"},
};
constexpr std::string_view description =
    "Shows what running gateways (llmgw serve) say of themselves on their control sockets: version, state, listeners, "
    "configuration, counters, how each upstream is, models, what was launched ([launch.NAME]), and the last requests "
    "that failed or were slow, without bodies; and the GPUs of this machine. A stream is slow when its first token or "
    "any later piece of it keeps the client waiting for [server] slow_ms, not by being long. The sockets lie in "
    "$XDG_RUNTIME_DIR/llmgw, else beside the token, and belong to their "
    "user alone.\n\n"
    "Where no gateway runs it says so, and asks the profile in effect for its models. The exit status is 0 once "
    "something was shown: \"llmgw doctor\" judges.";

/// `[server] control` of the configuration; a wrong file is not this command's business.
std::string configured_socket(const Context& context, const Arguments& given) {
  const auto file = config_file(context, given);
  if (!file || !*file) return {};
  const auto loaded = config::load_file(**file, context.env, {.require_variables = false});
  return loaded ? loaded->config.server.control : std::string();
}

std::vector<Gateway> gateways_to_ask(const Context& context, const Arguments& given) {
  if (const auto path = given.text(socket)) return {{.socket = *path}};
  return find_gateways(context.env, configured_socket(context, given));
}

/// The GPUs of this machine. Where the first look finds none there is no second one.
class Cards {
 public:
  explicit Cards(Context& context)
      : machine_(context.open_machine ? context.open_machine(context.env) : nullptr), clock_(context.clock) {
    if (machine_) reader_.emplace(*machine_, clock_, gpu::nvml::Wishes{});
  }
  /// As they are now, or null.
  const gpu::Snapshot* look() {
    if (!reader_) return nullptr;
    auto read = reader_->automatic();
    if (!read) {
      reader_.reset();
      return nullptr;
    }
    seen_ = *std::move(read);
    return &seen_;
  }

 private:
  std::unique_ptr<gpu::Machine> machine_;
  const Clock& clock_;
  std::optional<gpu::LocalReader> reader_;
  gpu::Snapshot seen_;
};

/// What runs, in one text.
std::string shown(const Context& context, const std::vector<Gateway>& gateways, Cards& cards, bool json) {
  if (gateways.empty()) return json ? "[]\n" : "no llmgw serve of this user runs\n";
  const auto* gpus = cards.look();
  if (json) return showing::as_json(gateways, gpus);
  return showing::screen(gateways, gpus, context.window(), context.env.non_empty("HOME").value_or(""));
}

/// With no gateway here, the server of the profile in effect is what the user's commands talk to.
Outcome show_profile(Context& context, const Arguments& given) {
  TRY(const auto target, resolve_target(context, given));
  const auto asked = ask_for_models(context, target);
  if (!asked) {
    context.out.write(fmt::format("{} ({}): {}\n", target.name, target.url, on_one_line(asked.error().error.message)));
    return exit_ok;
  }
  if (asked->signal != 0) return exit_of_signal(asked->signal);
  context.out.write(fmt::format("{} ({}): answers, {} models\n", target.name, target.url, asked->models.size()));
  return exit_ok;
}

/// What the watching draws with.
struct Watching {
  Context& context;
  const Arguments& given;
  bool json;
  net::milliseconds every;
  Frames& frames;
  Cards& cards;
};

net::Task<> look_again(net::ClientRoom& room, Watching watching) {
  auto& out = watching.context.out;
  for (bool goes_on = true; goes_on && out.error() == 0;) {
    auto gateways = gateways_to_ask(watching.context, watching.given);
    const bool asked = co_await ask_gateways(room.client(), gateways);
    if (!asked) co_return;
    const auto text = shown(watching.context, gateways, watching.cards, watching.json);
    if (watching.json) {
      out.write(text);
      out.flush();
    } else {
      watching.frames.resize(watching.context.window());
      watching.frames.show(text);
    }
    goes_on = co_await room.pause(watching.every);
  }
}

Outcome run_watch(Context& context, const Arguments& given, bool json) {
  constexpr net::milliseconds shortest{1000};
  const auto every = std::max(given.duration(interval).value_or(2 * shortest), shortest);
  Frames frames(context.out, context.out_terminal);
  Cards cards(context);
  const Watching watching{context, given, json, every, frames, cards};
  TRY(const int signal, context.run_client([&](net::ClientRoom& room) { return look_again(room, watching); }));
  // Ctrl-C is how a person ends it, and what was asked for has been shown.
  return signal == 0 || signal == SIGINT ? exit_ok : exit_of_signal(signal);
}

net::Task<> look_once(net::ClientRoom& room, std::vector<Gateway>& gateways) {
  co_await ask_gateways(room.client(), gateways);
}

Outcome run(Context& context, const Arguments& given) {
  const bool json = output_options::wants_json(given, output);
  if (given.has(watch)) return run_watch(context, given, json);
  auto gateways = gateways_to_ask(context, given);
  TRY(const int signal, context.run_client([&](net::ClientRoom& room) { return look_once(room, gateways); }));
  if (signal != 0) return exit_of_signal(signal);
  if (given.has(socket) && !gateways.front().problem.empty())
    return give_up(Errc::network, gateways.front().socket + ": " + gateways.front().problem, "llmgw status");
  Cards cards(context);
  context.out.write(shown(context, gateways, cards, json));
  if (json || !gateways.empty()) return exit_ok;
  return show_profile(context, given);
}

}  // namespace status_command

constexpr CommandSpec status{.name = "status",
                             .group = Group::operate,
                             .summary = "what running gateways are doing",
                             .description = status_command::description,
                             .options = status_command::options,
                             .examples = status_command::examples,
                             .run = status_command::run};

}  // namespace llmgw::cli::commands
