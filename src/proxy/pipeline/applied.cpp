#include "proxy/pipeline/applied.h"

namespace llmgw::proxy {

void Applied::add(std::string_view name, std::string_view value) {
  if (!text_.empty()) text_ += ", ";
  text_ += name;
  text_ += '=';
  for (const char c : value) text_ += (c > ' ' && c < 0x7f && c != ',') ? c : '_';
}

}  // namespace llmgw::proxy
