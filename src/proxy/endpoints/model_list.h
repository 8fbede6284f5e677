#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/view.h"

namespace llmgw::proxy {

/// One entry of a model list. `raw` is the upstream's own object, empty for a configured name.
struct ModelRow {
  std::string id;
  std::int64_t created = 0;  ///< seconds since 1970
  std::string raw;
};

/// In which of the two shapes a list is written.
enum class ListShape { openai, anthropic };

/// The entries of an upstream's list, whichever shape it has; empty when it is none.
std::vector<ModelRow> read_model_list(json::View body);
/// The shape of an upstream's list: Anthropic's entries say `"type": "model"`.
ListShape shape_of(json::View body);

/// A whole list. An entry whose `raw` has the shape asked for is written as it came.
std::string write_model_list(const std::vector<ModelRow>& rows, ListShape shape);
/// One entry.
std::string write_model(const ModelRow& row, ListShape shape);

}  // namespace llmgw::proxy
