#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/config/defaults.h"
#include "core/config/explain.h"
#include "core/providers/provider.h"

namespace llmgw::config {
namespace reference {

constexpr std::string_view introduction = R"(# llmgw.toml

<!-- Generated from src/core/config/keys.cpp; ./dev generate rewrites it. -->

One TOML file configures the gateway (`llmgw serve`) and the client commands. llmgw reads the first of

1. `--config FILE`
2. `$LLMGW_CONFIG`
3. `$XDG_CONFIG_HOME/llmgw/llmgw.toml` (`~/.config/llmgw/llmgw.toml`)
4. `/etc/llmgw/llmgw.toml`

and never a file from the current folder. `llmgw config validate` checks it, `llmgw config show` prints every value
in effect with its origin and without secrets, `llmgw config schema` prints a JSON Schema for editors.

A key that llmgw does not know is an error, with its line, its column and the nearest name.

Any text may name environment variables, as `${NAME}` or as `os.environ/NAME`; `$${` is a literal `${`. A variable
that is named but not set, or empty, is an error (exit code 3). In a profile it is one once that profile is used.
)";

std::string default_of(const Key& key, const Field& field) {
  if (key.required) return "required";
  const auto text = default_text(key, field);
  return text.empty() ? std::string() : fmt::format("`{}`", text);
}

std::string type_of(const Key& key, const Field& field) {
  if (key.choices.empty()) return type_name(field);
  std::string out;
  for (const auto choice : key.choices) out += fmt::format("{}`\"{}\"`", out.empty() ? "" : ", ", choice);
  return out;
}

void add_keys(std::string& out, std::string_view section, Defaults& defaults) {
  void* object = defaults.object(section);
  out += "\n| key | takes | default | meaning |\n|---|---|---|---|\n";
  for (const auto& key : keys()) {
    if (key.section != section) continue;
    const auto field = key.field(object);
    out += fmt::format("| `{}` | {} | {} | {} |\n", key.name, type_of(key, field), default_of(key, field), key.doc);
  }
}

void add_providers(std::string& out) {
  out += "\n## Providers\n\nValues of `provider` and, with the kinds below, of `kind`.\n";
  out += "\n| name | what it is | address | format | key in |\n|---|---|---|---|---|\n";
  for (const auto& row : provider::providers()) {
    const auto base = row.base_url.empty() ? std::string("must be given") : fmt::format("`{}`", row.base_url);
    const auto auth = row.auth == provider::AuthKind::bearer ? "authorization" : "x-api-key";
    out += fmt::format("| `{}` | {} | {} | {} | `{}`{} |\n", row.name, row.doc, base, row.dialect, auth,
                       row.needs_key ? ", required" : "");
  }
}

void add_kinds(std::string& out) {
  out +=
      "\n## Kinds\n\nFurther values of `kind`: servers that speak OpenAI Chat Completions or are only watched. `llmgw "
      "health --list-checks` tells what is asked of each.\n\n| name | what it is |\n|---|---|\n";
  for (const auto& kind : provider::server_kinds()) out += fmt::format("| `{}` | {} |\n", kind.name, kind.doc);
}

}  // namespace reference

std::string reference_page() {
  std::string out(reference::introduction);
  Defaults defaults;
  out += "\n## Top of the file\n";
  reference::add_keys(out, "", defaults);
  for (const auto& section : sections()) {
    out += fmt::format("\n## `{}`\n\n{}\n", header_of(section), section.doc);
    reference::add_keys(out, section.path, defaults);
  }
  reference::add_providers(out);
  reference::add_kinds(out);
  return out;
}

}  // namespace llmgw::config
