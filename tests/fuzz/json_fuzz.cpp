// A text that parse accepts must be walked safely, read the same as another library reads it, and be copied by the
// writer without change of meaning.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/json/view.h"
#include "core/json/writer.h"

namespace json_fuzz {

using llmgw::json::Kind;
using llmgw::json::View;
using llmgw::json::Writer;

void require(bool fact) {
  if (!fact) std::abort();
}

/// Copies a value through every getter; true when the other library can hold all of it.
bool copy(View value, Writer& out) {
  switch (value.kind()) {
    case Kind::string: {
      const std::string text = *value.string();
      out.string(text);
      require(value.equals(text));
      const auto plain = value.plain_string();
      require(!plain || *plain == text);
      return text.find('\xED') == std::string::npos;
    }
    case Kind::array: {
      bool exact = true;
      out.begin_array();
      for (const View& element : value.elements()) exact = copy(element, out) && exact;
      out.end_array();
      return exact;
    }
    case Kind::object: {
      bool exact = true;
      out.begin_object();
      for (const auto& [key, member] : value.members()) {
        exact = key.find('\xED') == std::string_view::npos && exact;
        require(static_cast<bool>(value[key]));
        out.any_key(key);
        exact = copy(member, out) && exact;
      }
      out.end_object();
      return exact;
    }
    case Kind::boolean: out.boolean(*value.boolean()); return true;
    case Kind::number: {
      const auto whole = value.integer();
      const auto number = value.number();
      if (whole && number) require(static_cast<double>(*whole) == *number);
      out.raw(value.raw());
      return number.has_value();
    }
    default: out.null(); return true;
  }
}

}  // namespace json_fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto value = llmgw::json::parse(text);
  const auto other = nlohmann::json::parse(text, nullptr, false);
  if (!value) {
    // The other library has no limit of depth, skips a byte order mark, and stops at NUL.
    json_fuzz::require(text.contains('\0') || other.is_discarded() || text.starts_with("\xEF\xBB\xBF") ||
                       value.error().message.contains("too deeply"));
    return 0;
  }
  std::string copied;
  llmgw::json::Writer writer(copied);
  const bool exact = json_fuzz::copy(*value, writer);
  json_fuzz::require(llmgw::json::parse(copied).has_value());
  if (exact) json_fuzz::require(!other.is_discarded() && nlohmann::json::parse(copied, nullptr, false) == other);
  return 0;
}
