#include "proxy/sim/sample_json.h"

#include <algorithm>
#include <limits>

#include "core/json/view.h"
#include "core/json/writer.h"

namespace llmgw::sim {
namespace sampling_json {

constexpr int deepest = 6;  // schemas may refer to themselves
// A schema whose members all refer to it again would grow with every level; beyond this every value is null.
constexpr std::size_t largest = std::size_t{64} << 10U;

class Sampler {
 public:
  Sampler(json::View root, IdSource& random, std::string& out)
      : root_(root), random_(random), out_(out), writer_(out) {}

  void value(json::View schema, int depth) {
    if (depth > deepest || out_.size() > largest) return writer_.null();
    if (const auto fixed = given(schema)) return writer_.raw(fixed.raw());
    if (const auto other = elsewhere(schema)) return value(other, depth + 1);
    const auto type = type_of(schema);
    if (type == "object") return object(schema, depth);
    if (type == "array") return array(schema, depth);
    if (type == "integer") return writer_.integer(integer(schema));
    if (type == "number") return writer_.number(static_cast<double>(integer(schema)) + 0.5);
    if (type == "boolean") return writer_.boolean(random_.next() % 2 == 0);
    if (type == "null") return writer_.null();
    writer_.string("a \"simulated\" text,\n\xc3\xa9 " + std::to_string(random_.next() % 1000));
  }

 private:
  /// A value that the schema itself holds.
  static json::View given(json::View schema) {
    if (const auto constant = schema["const"]) return constant;
    if (const auto fallback = schema["default"]) return fallback;
    for (const auto each : schema["enum"].elements()) return each;
    for (const auto each : schema["examples"].elements()) return each;
    return {};
  }

  /// The schema that another one points to.
  [[nodiscard]] json::View elsewhere(json::View schema) const {
    for (const std::string_view word : {"anyOf", "oneOf", "allOf"})
      for (const auto each : schema[word].elements()) return each;
    const auto reference = schema["$ref"].plain_string();
    if (!reference || !reference->starts_with("#/")) return {};
    auto target = root_;
    for (auto rest = reference->substr(2); target;) {
      const auto slash = rest.find('/');
      target = target[rest.substr(0, slash)];
      if (slash == std::string_view::npos) break;
      rest.remove_prefix(slash + 1);
    }
    return target;
  }

  static std::string_view type_of(json::View schema) {
    auto type = schema["type"];
    for (const auto each : type.elements()) {
      type = each;
      break;
    }
    if (const auto name = type.plain_string()) return *name;
    return schema["properties"] ? "object" : "string";
  }

  void object(json::View schema, int depth) {
    writer_.begin_object();
    for (const auto& member : schema["properties"].members()) {
      if (out_.size() > largest) break;
      writer_.any_key(member.key);
      value(member.value, depth + 1);
    }
    writer_.end_object();
  }

  void array(json::View schema, int depth) {
    writer_.begin_array();
    if (const auto items = schema["items"]; items.is_object()) value(items, depth + 1);
    writer_.end_array();
  }

  std::int64_t integer(json::View schema) {
    const auto least = schema["minimum"].integer().value_or(1);
    const auto most = schema["maximum"].integer();
    if (most && *most <= least) return least;
    // Bounds may lie at both ends of the range, so the steps between them are counted without a sign.
    const auto ceiling = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const auto room = ceiling - static_cast<std::uint64_t>(least);
    const auto steps = most ? static_cast<std::uint64_t>(*most) - static_cast<std::uint64_t>(least)
                            : std::min<std::uint64_t>(100, room);
    if (steps == 0) return least;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + random_.next() % steps);
  }

  json::View root_;
  IdSource& random_;
  const std::string& out_;
  json::Writer writer_;
};

}  // namespace sampling_json

std::string sample_json(std::string_view schema, IdSource& random) {
  const auto root = json::parse(schema);
  if (!root || !root->is_object()) return "{}";
  std::string out;
  sampling_json::Sampler(*root, random, out).value(*root, 0);
  return out;
}

}  // namespace llmgw::sim
