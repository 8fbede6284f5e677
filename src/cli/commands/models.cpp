#include "cli/client/model_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/client/target_options.h"
#include "cli/commands/commands.h"
#include "cli/commands/output_options.h"
#include "cli/exit_code.h"
#include "cli/term/visible_text.h"
#include "core/base/nearest.h"
#include "core/json/view.h"
#include "core/json/writer.h"

namespace llmgw::cli::commands {
namespace models_command {

constexpr std::string_view list_formats[] = {"table", "name", "json", "jsonl"};
constexpr OptionSpec list_output{.name = "output",
                                 .letter = 'o',
                                 .kind = ValueKind::choice,
                                 .value = "FORMAT",
                                 .help = "how to print the list",
                                 .choices = list_formats,
                                 .fallback = "table on a terminal, else name"};
constexpr std::array<const OptionSpec*, 9> list_options{
    &list_output,
    &output_options::json,
    &target_options::profile,
    &target_options::base_url,
    &target_options::api_key_file,
    &target_options::api,
    &target_options::connect_timeout,
    &target_options::first_byte_timeout,
    &target_options::timeout,
};
constexpr std::array<const OptionSpec*, 9> show_options{
    &output_options::text_or_json,    &output_options::json,
    &target_options::profile,         &target_options::base_url,
    &target_options::api_key_file,    &target_options::api,
    &target_options::connect_timeout, &target_options::first_byte_timeout,
    &target_options::timeout,
};
constexpr std::array list_arguments{ArgumentSpec{.name = "TEXT", .help = "list only names that hold this text"}};
constexpr std::array show_arguments{ArgumentSpec{.name = "NAME", .help = "a name as it is listed", .required = true}};
constexpr std::array list_examples{ExampleSpec{"llmgw models list qwen", "names that hold qwen"}};
constexpr std::array show_examples{ExampleSpec{"llmgw models show llmgw-sim", "what the server says of one model"}};
constexpr std::array examples{
    ExampleSpec{"llmgw models", "names and what the server says of them"},
    ExampleSpec{"llmgw models --base-url http://127.0.0.1:8000 -o name", "names alone, of another server"},
    ExampleSpec{"llmgw models show llmgw-sim --json", "one model, as the server describes it"},
};

Step<AskedModels> fetch_list(Context& context, const Arguments& given) {
  TRY(const auto target, resolve_target(context, given));
  return ask_for_models(context, target);
}

std::string table_of(const std::vector<ListedModel>& models, const Terminal& terminal) {
  std::size_t width = 5;
  std::size_t owner_width = 8;
  for (const auto& model : models) {
    width = std::max(width, on_one_line(model.id).size());
    owner_width = std::max(owner_width, on_one_line(model.owner).size());
  }
  auto out =
      styled(terminal, Style::bold, fmt::format("{:<{}}  {:<{}}  CONTEXT", "MODEL", width, "OWNED BY", owner_width));
  out += "\n";
  for (const auto& model : models) {
    const auto context = model.context ? std::to_string(*model.context) : "-";
    const auto owner = model.owner.empty() ? "-" : on_one_line(model.owner);
    out += fmt::format("{:<{}}  {:<{}}  {}\n", on_one_line(model.id), width, owner, owner_width, context);
  }
  return out;
}

std::string json_of(const std::vector<ListedModel>& models) {
  std::string out;
  json::Writer json(out);
  json.begin_array();
  for (const auto& model : models) json.raw(model.raw);
  json.end_array();
  return out + "\n";
}

std::string printed(const std::vector<ListedModel>& models, const std::string& format, const Terminal& terminal) {
  if (format == "json") return json_of(models);
  if (format == "table") return table_of(models, terminal);
  std::string out;
  for (const auto& model : models) {
    const auto& line = format == "jsonl" ? model.raw : model.id;
    out += (terminal.tty ? on_one_line(line) : line) + "\n";
  }
  return out;
}

Outcome run_list(Context& context, const Arguments& given) {
  TRY(auto asked, fetch_list(context, given));
  if (asked.signal != 0) return exit_of_signal(asked.signal);
  auto& models = asked.models;
  if (!given.words().empty()) {
    std::erase_if(models, [&](const ListedModel& model) { return !model.id.contains(given.words().front()); });
  }
  auto format = given.text(list_output).value_or(context.out_terminal.tty ? "table" : "name");
  if (given.has(output_options::json)) format = "json";
  context.out.write(printed(models, format, context.out_terminal));
  return exit_ok;
}

std::unexpected<Failure> no_such_model(const std::vector<ListedModel>& models, const std::string& name) {
  std::vector<std::string_view> names;
  for (const auto& model : models) names.push_back(model.id);
  const auto meant = nearest(name, names);
  return give_up(Errc::not_found, "the server lists no model \"" + name + "\"",
                 meant.empty() ? "llmgw models" : "llmgw models show " + std::string(meant));
}

Outcome run_show(Context& context, const Arguments& given) {
  TRY(const auto asked, fetch_list(context, given));
  if (asked.signal != 0) return exit_of_signal(asked.signal);
  const auto& name = given.words().front();
  const auto found = std::ranges::find(asked.models, name, &ListedModel::id);
  if (found == asked.models.end()) return no_such_model(asked.models, name);
  if (output_options::wants_json(given)) {
    context.out.write(found->raw + "\n");
    return exit_ok;
  }
  for (const auto& [key, value] : json::trusted(found->raw).members()) {
    const auto text = value.string().value_or(std::string(value.raw()));
    context.out.write(fmt::format("{:<24}  {}\n", on_one_line(key), on_one_line(text)));
  }
  return exit_ok;
}

constexpr CommandSpec list{.name = "list",
                           .summary = "the models that the server offers",
                           .description = "Prints the names exactly as the server lists them.",
                           .options = list_options,
                           .arguments = list_arguments,
                           .examples = list_examples,
                           .run = run_list};
constexpr CommandSpec show{.name = "show",
                           .summary = "what the server says of one model",
                           .description = "Prints every field of the server's list. The name must be exact.",
                           .options = show_options,
                           .arguments = show_arguments,
                           .examples = show_examples,
                           .run = run_show};
constexpr std::array parts{&list, &show};

}  // namespace models_command

constexpr CommandSpec models{.name = "models",
                             .group = Group::talk,
                             .summary = "list and show models",
                             .description = "Asks the server (GET /v1/models) and prints what it lists.",
                             .examples = models_command::examples,
                             .subcommands = models_command::parts,
                             .bare = &models_command::list};

}  // namespace llmgw::cli::commands
