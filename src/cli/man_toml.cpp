#include <fmt/format.h>

#include "cli/man.h"
#include "cli/roff.h"
#include "core/config/defaults.h"
#include "core/config/keys.h"
#include "core/providers/provider.h"

namespace llmgw::cli {
namespace man_toml {

using config::Key;

constexpr std::string_view description =
    "One TOML file configures the gateway (llmgw serve) and the client commands. llmgw reads the first of\n\n"
    "  --config FILE\n"
    "  $LLMGW_CONFIG\n"
    "  $XDG_CONFIG_HOME/llmgw/llmgw.toml  (~/.config/llmgw/llmgw.toml)\n"
    "  /etc/llmgw/llmgw.toml\n\n"
    "and never a file of the current folder. \"llmgw config init\" writes one to start from, \"llmgw config validate\" "
    "checks it, \"llmgw config show\" prints every value in effect with its origin and without secrets.\n\n"
    "A key that llmgw does not know is an error, with its line, its column and the nearest name.\n\n"
    "Any text may name environment variables, as ${NAME} or as os.environ/NAME; $${ is a literal ${. A variable that "
    "is named but not set, or empty, is an error (exit code 3). In a profile it is one once that profile is used.";

constexpr std::string_view example =
    "  [[model]]\n"
    "  name = \"local\"\n"
    "  [model.params]\n"
    "  provider = \"vllm\"\n"
    "  api_base = \"http://127.0.0.1:8000\"\n"
    "\n"
    "  [alias.map]\n"
    "  \"claude-sonnet-4-5\" = \"local\"\n"
    "\n"
    "  [profiles.hosted]\n"
    "  base_url = \"https://gateway.example/v1\"\n"
    "  api_key = \"os.environ/GATEWAY_KEY\"";

/// What the key takes, as a tag's second half.
std::string takes(const Key& key, const config::Field& field) {
  if (key.choices.empty()) return config::type_name(field);
  std::string out;
  for (const auto choice : key.choices) out += fmt::format("{}\"{}\"", out.empty() ? "" : ", ", choice);
  return out;
}

std::string default_of(const Key& key, const config::Field& field) {
  if (key.required) return " Required.";
  const auto text = config::default_text(key, field);
  return text.empty() || text == "[]" || text == "{}" ? std::string() : fmt::format(" Default: {}.", text);
}

void write_keys(roff::Page& page, std::string_view section, config::Defaults& defaults) {
  void* object = defaults.object(section);
  for (const auto& key : config::keys()) {
    if (key.section != section) continue;
    const auto field = key.field(object);
    page.tagged(roff::bold(key.name) + " = " + roff::italic(takes(key, field)),
                std::string(key.doc) + default_of(key, field));
  }
}

void write_providers(roff::Page& page) {
  page.section("PROVIDERS");
  page.text("Values of provider and, with llmgw beside them, of a profile's kind.");
  for (const auto& row : provider::providers()) {
    const auto address = row.base_url.empty() ? std::string("its address must be given") : std::string(row.base_url);
    page.tagged(roff::bold(row.name),
                fmt::format("{}; {}{}.", row.doc, address, row.needs_key ? "; a key is required" : ""));
  }
}

}  // namespace man_toml

ManPage configuration_page() {
  roff::Page page("llmgw.toml", "configuration of llmgw", 5);
  page.section("DESCRIPTION");
  page.text(man_toml::description);
  config::Defaults defaults;
  page.section("TOP OF THE FILE");
  man_toml::write_keys(page, "", defaults);
  for (const auto& section : config::sections()) {
    page.section(config::header_of(section));
    std::string doc(section.doc);
    std::erase(doc, '`');  // the reference page is Markdown
    page.text(doc);
    man_toml::write_keys(page, section.path, defaults);
  }
  man_toml::write_providers(page);
  page.section("EXAMPLES");
  page.text(man_toml::example);
  page.section("SEE ALSO");
  page.text("llmgw(1), llmgw-serve(1), llmgw-config(1)");
  return {"llmgw.toml.5", page.take()};
}

}  // namespace llmgw::cli
