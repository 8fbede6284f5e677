#include "core/dialects/opaque.h"

#include "core/base/base64.h"
#include "core/json/view.h"
#include "core/json/writer.h"

namespace llmgw::dialect {
namespace opaque_text {

constexpr std::string_view prefix = "llmgw1.";

void read_carried(const Carried& carried, ir::Reasoning& reasoning) {
  reasoning.origin = carried.origin;
  reasoning.id = carried.id;
  if (carried.kind == "encrypted")
    reasoning.encrypted = carried.data;
  else if (carried.kind == "signature")
    reasoning.signature = carried.data;
  if (reasoning.text.empty()) reasoning.text = carried.text;
}

}  // namespace opaque_text

std::string wrap(const Carried& carried) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.member("o", carried.origin);
  writer.member("k", carried.kind);
  writer.member("d", carried.data);
  if (!carried.text.empty()) writer.member("t", carried.text);
  if (!carried.id.empty()) writer.member("id", carried.id);
  writer.end_object();
  return std::string(opaque_text::prefix) + base64url(text);
}

std::optional<Carried> unwrap(std::string_view text) {
  if (!is_wrapped(text)) return std::nullopt;
  const auto decoded = from_base64(text.substr(opaque_text::prefix.size()));
  if (!decoded) return std::nullopt;
  const auto value = json::parse(*decoded);
  if (!value || !value->is_object()) return std::nullopt;
  Carried carried;
  for (const auto& [key, member] : value->members()) {
    auto string = member.string();
    if (!string) continue;
    if (key == "o")
      carried.origin = std::move(*string);
    else if (key == "k")
      carried.kind = std::move(*string);
    else if (key == "d")
      carried.data = std::move(*string);
    else if (key == "t")
      carried.text = std::move(*string);
    else if (key == "id")
      carried.id = std::move(*string);
  }
  return carried;
}

bool is_wrapped(std::string_view text) { return text.starts_with(opaque_text::prefix); }

std::string signature_for(const ir::Reasoning& reasoning, std::string_view family) {
  if (reasoning.origin == family && !reasoning.signature.empty()) return reasoning.signature;
  return wrap({reasoning.origin, "signature", reasoning.signature, {}, reasoning.id});
}

std::string encrypted_for(const ir::Reasoning& reasoning, std::string_view family) {
  if (reasoning.origin == family && !reasoning.encrypted.empty()) return reasoning.encrypted;
  return wrap({reasoning.origin, "encrypted", reasoning.encrypted, {}, reasoning.id});
}

void read_signature(std::string_view received, std::string_view family, ir::Reasoning& reasoning) {
  if (const auto carried = unwrap(received)) return opaque_text::read_carried(*carried, reasoning);
  reasoning.origin = family;
  // A damaged wrapped form is no signature of anybody's: sending it on would be refused.
  if (!is_wrapped(received)) reasoning.signature = received;
}

void read_encrypted(std::string_view received, std::string_view family, ir::Reasoning& reasoning) {
  if (const auto carried = unwrap(received)) return opaque_text::read_carried(*carried, reasoning);
  reasoning.origin = family;
  if (!is_wrapped(received)) reasoning.encrypted = received;
}

}  // namespace llmgw::dialect
