#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/ir/event.h"
#include "core/ir/request.h"

namespace llmgw::dialect {

/// JSON Schema of the one text field that a free-text tool becomes for services that know only tools with JSON
/// arguments.
std::string_view custom_schema();
/// The arguments of such a call for its free text, and back. Arguments that are not of that shape (cut off, or made up
/// by the model) are the text themselves.
std::string custom_arguments(std::string_view input);
std::string custom_input(std::string_view arguments);
/// What the description of such a tool has to say about `format`, the client's `custom.format`; empty for plain text.
std::string custom_format_words(std::string_view format);

/// Turns calls of the client's free-text tools back into what the client declared. Their arguments are held until the
/// call is complete: the text stands inside a JSON string. More than any model writes ends the answer with an
/// `upstream_protocol` fault.
class CustomCalls {
 public:
  CustomCalls() = default;
  explicit CustomCalls(const std::vector<ir::Tool>& tools);
  /// Changes the calls in the next events of one answer; tool names must be the client's already.
  void restore(ir::Events& events);

 private:
  struct Open {
    int choice;
    int index;
    std::string arguments;
  };

  void take(ir::Event event, ir::Events& out);
  Open* find(int choice, int index);

  std::set<std::string, std::less<>> names_;
  std::vector<Open> open_;
  std::size_t held_ = 0;  ///< bytes of the open calls' arguments
  bool ended_ = false;    ///< by a fault: nothing follows it
};

}  // namespace llmgw::dialect
