#include "proxy/endpoints/model_list.h"

#include "core/base/clock.h"
#include "core/json/writer.h"

namespace llmgw::proxy {
namespace model_list {

bool is_anthropic(json::View row) { return row["type"].equals("model"); }

bool has_shape(const ModelRow& row, ListShape shape) {
  if (row.raw.empty()) return false;
  return is_anthropic(json::trusted(row.raw)) == (shape == ListShape::anthropic);
}

}  // namespace model_list

std::vector<ModelRow> read_model_list(json::View body) {
  std::vector<ModelRow> rows;
  for (const auto& entry : body["data"].elements()) {
    auto id = entry["id"].string();
    if (!id) continue;
    rows.push_back({std::move(*id), entry["created"].integer().value_or(0), std::string(entry.raw())});
  }
  return rows;
}

ListShape shape_of(json::View body) {
  for (const auto& entry : body["data"].elements()) {
    return model_list::is_anthropic(entry) ? ListShape::anthropic : ListShape::openai;
  }
  return body["object"] ? ListShape::openai : ListShape::anthropic;
}

std::string write_model(const ModelRow& row, ListShape shape) {
  if (model_list::has_shape(row, shape)) return row.raw;
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  if (shape == ListShape::anthropic) {
    writer.member("type", "model");
    writer.member("id", row.id);
    writer.member("display_name", row.id);
    writer.member("created_at", rfc3339(row.created));
  } else {
    writer.member("id", row.id);
    writer.member("object", "model");
    writer.member("created", row.created);
    writer.member("owned_by", "llmgw");
  }
  writer.end_object();
  return out;
}

std::string write_model_list(const std::vector<ModelRow>& rows, ListShape shape) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  if (shape == ListShape::openai) writer.member("object", "list");
  writer.key("data");
  writer.begin_array();
  for (const auto& row : rows) writer.raw(write_model(row, shape));
  writer.end_array();
  if (shape == ListShape::anthropic) {
    writer.member("has_more", false);
    writer.key("first_id");
    rows.empty() ? writer.null() : writer.string(rows.front().id);
    writer.key("last_id");
    rows.empty() ? writer.null() : writer.string(rows.back().id);
  }
  writer.end_object();
  return out;
}

}  // namespace llmgw::proxy
