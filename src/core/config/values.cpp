#include <fmt/format.h>

#include "core/base/clock.h"
#include "core/base/overloaded.h"
#include "core/config/keys.h"
#include "core/json/writer.h"

namespace llmgw::config {
namespace values {

constexpr std::string_view hidden = "\"(redacted)\"";

// A TOML basic string takes the escapes of JSON (TOML 1.0, "String").
std::string text(std::string_view value) { return json::quoted(value); }

std::string list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ", ";
    out += text(item);
  }
  return out + "]";
}

std::string duration(milliseconds value) {
  const auto count = value.count();
  if (count % 1000 == 0) return std::to_string(count / 1000);
  return fmt::format("{}", static_cast<double>(count) / 1000.0);
}

template <class Map>
std::string table(const Map& map) {
  std::string out = "{";
  for (const auto& [key, value] : map) {
    out += out.size() > 1 ? ", " : " ";
    out += text(key) + " = ";
    if constexpr (std::is_same_v<typename Map::mapped_type, Secret>) {
      out += hidden;
    } else {
      out += text(value);
    }
  }
  return out.size() > 1 ? out + " }" : "{}";
}

template <class T>
std::string optional(const std::optional<T>& value, auto write) {
  return value ? write(*value) : std::string();
}

}  // namespace values

std::string value_text(const Key& key, const Field& field) {
  using namespace values;
  return std::visit(overloaded{[](const std::string* value) { return text(*value); },
                               [](const std::vector<std::string>* value) { return list(*value); },
                               [](const bool* value) { return std::string(*value ? "true" : "false"); },
                               [](const std::int64_t* value) { return std::to_string(*value); },
                               [](const milliseconds* value) { return duration(*value); },
                               [](const Secret* value) { return value->empty() ? std::string() : std::string(hidden); },
                               [&](ChoiceField value) { return text(key.choices[*value.value]); },
                               [](const Period* value) { return text(duration_text(value->time)); },
                               [](const std::optional<std::string>* value) { return optional(*value, text); },
                               [](const std::optional<std::int64_t>* value) {
                                 return optional(*value, [](std::int64_t number) { return std::to_string(number); });
                               },
                               [](const std::optional<milliseconds>* value) { return optional(*value, duration); },
                               [](const std::optional<ContextLimit>* value) {
                                 return optional(*value, [](const ContextLimit& limit) {
                                   return limit.automatic ? text("auto") : std::to_string(limit.tokens);
                                 });
                               },
                               [](const NameMap* value) { return table(*value); },
                               [](const HeaderMap* value) { return table(*value); }},
                    field);
}

std::string type_name(const Field& field) {
  return std::visit(
      overloaded{[](const std::string*) { return "text"; },
                 [](const std::vector<std::string>*) { return "text or list of texts"; },
                 [](const bool*) { return "true or false"; }, [](const std::int64_t*) { return "whole number"; },
                 [](const milliseconds*) { return "seconds"; }, [](const Secret*) { return "text (secret)"; },
                 [](ChoiceField) { return "choice"; }, [](const Period*) { return "time, as text"; },
                 [](const std::optional<std::string>*) { return "text"; },
                 [](const std::optional<std::int64_t>*) { return "whole number"; },
                 [](const std::optional<milliseconds>*) { return "seconds"; },
                 [](const std::optional<ContextLimit>*) { return "whole number or \"auto\""; },
                 [](const NameMap*) { return "table of texts"; },
                 [](const HeaderMap*) { return "table of texts (secret)"; }},
      field);
}

std::string default_text(const Key& key, const Field& field) {
  auto text = value_text(key, field);
  return text == "\"\"" ? std::string() : text;
}

}  // namespace llmgw::config
