#include "core/doctor/check.h"

#include <sys/utsname.h>

#include <array>

#include "cli/arguments.h"
#include "cli/commands/commands.h"
#include "cli/commands/doctor/collect.h"
#include "cli/commands/doctor/printed.h"
#include "cli/commands/output_options.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "core/base/files.h"

namespace llmgw::cli::commands {
namespace doctor_command {

constexpr std::string_view formats[] = {"table", "json", "jsonl"};
constexpr std::string_view levels[] = {"warn", "crit"};
constexpr std::string_view clients[] = {"claude", "codex", "cursor", "cline", "opencode", "aider"};
constexpr OptionSpec output{.name = "output",
                            .letter = 'o',
                            .kind = ValueKind::choice,
                            .value = "FORMAT",
                            .help = "how to print the findings",
                            .choices = formats,
                            .fallback = "table"};
constexpr OptionSpec offline{.name = "offline", .help = "contact no server and look up no name"};
constexpr OptionSpec report{.name = "report",
                            .kind = ValueKind::file,
                            .value = "FILE",
                            .help = "write a report without credentials; - prints it in place of the findings"};
constexpr OptionSpec fail_on{.name = "fail-on",
                             .kind = ValueKind::choice,
                             .value = "STATE",
                             .help = "the least state that makes the exit status 10",
                             .choices = levels,
                             .fallback = "warn"};
constexpr OptionSpec timeout{.name = "timeout",
                             .kind = ValueKind::duration,
                             .value = "TIME",
                             .help = "limit on each server's answer",
                             .fallback = "5s"};
constexpr std::array<const OptionSpec*, 6> options{&output, &output_options::json, &offline, &report, &fail_on,
                                                   &timeout};
constexpr std::array arguments{
    ArgumentSpec{.name = "CLIENT", .help = "a client whose settings to look at too", .choices = clients}};
constexpr std::array examples{
    ExampleSpec{"llmgw doctor", "this machine, the configuration, the gateways that run"},
    ExampleSpec{"llmgw doctor claude", "the same, and what Claude Code is set to"},
    ExampleSpec{"llmgw doctor --offline -o json", "for scripts; no packet leaves the machine"},
    ExampleSpec{"llmgw doctor --report doctor.md", "something to attach to a bug report"},
};
constexpr std::string_view description =
    "Looks for what keeps llmgw or a client of it from working, and says for each finding what mends it: limits and "
    "space of this machine, its clock, the configuration, permissions of credentials, names and servers of profiles "
    "and "
    "models, proxy variables, ports, and gateways that run with another version or an older configuration. For a "
    "client also its variables and configuration files, which are read and never written.\n\n"
    "Only hosts that profiles and models name are contacted, with one HEAD request each and no credential; with "
    "--offline none. No output holds a credential.";

/// The system in a few words for a report.
std::string system_name() {
  utsname name{};
  if (::uname(&name) != 0) return "unknown system";
  return std::string(name.sysname) + " " + name.release + " " + name.machine;
}

int exit_code(const doctor::Findings& findings, bool only_crit) {
  const auto state = doctor::worst(findings);
  if (state == doctor::State::crit || (state == doctor::State::warn && !only_crit)) return exit_check_failed;
  return state == doctor::State::unknown ? exit_inconclusive : exit_ok;
}

std::string printed(const doctoring::Examined& examined, const Arguments& given, const Terminal& terminal) {
  const auto format = given.has(output_options::json) ? std::string("json") : given.text(output).value_or("table");
  if (format == "json") return doctoring::as_json(examined);
  return format == "jsonl" ? doctoring::as_jsonl(examined) : doctoring::as_table(examined, terminal);
}

Outcome run(Context& context, const Arguments& given) {
  doctoring::Wanted wanted;
  if (!given.words().empty()) wanted.client = given.words().front();
  wanted.offline = given.has(offline);
  wanted.timeout = given.duration(timeout).value_or(wanted.timeout);
  TRY(const auto collected, doctoring::collect(context, given, wanted));
  if (collected.signal != 0) return exit_of_signal(collected.signal);
  const auto findings = doctor::examine(collected.facts, wanted.client);
  const auto redact = doctoring::redactor_for(collected.facts);
  const doctoring::Examined examined{collected.facts, findings, wanted.client, redact};
  const auto place = given.text(report);
  if (place) {
    const auto page = doctoring::as_report(examined, system_name());
    if (*place == "-") {
      context.out.write(page);
    } else {
      TRY_VOID(write_file(*place, page, FileMode::owner_only));
    }
  }
  if (place != "-") context.out.write(printed(examined, given, context.out_terminal));
  return exit_code(findings, given.text(fail_on) == "crit");
}

}  // namespace doctor_command

constexpr CommandSpec doctor{.name = "doctor",
                             .group = Group::operate,
                             .summary = "find what keeps llmgw or a client from working",
                             .description = doctor_command::description,
                             .options = doctor_command::options,
                             .arguments = doctor_command::arguments,
                             .examples = doctor_command::examples,
                             .run = doctor_command::run};

}  // namespace llmgw::cli::commands
