#include "core/dialects/anthropic_messages/decode_media.h"

#include <utility>

namespace llmgw::dialect::messages {
namespace media {

// `source` is an object whose `type` says which of the other members count.
struct Source {
  std::string type;
  std::string media_type;
  std::string value;
};

Result<Source> read_source(json::View block, const json::Path& path) {
  const auto at = path / "source";
  TRY(const auto object, json::read_object(block["source"], at));
  Source source;
  TRY(source.type, json::read_string(object["type"], at / "type"));
  source.media_type = object["media_type"].string().value_or("");
  const auto text_field = [&](std::string_view name) -> Result<> {
    TRY(source.value, json::read_string(object[name], at / name));
    return {};
  };
  if (source.type == "base64" || source.type == "text") TRY_VOID(text_field("data"));
  if (source.type == "url") TRY_VOID(text_field("url"));
  if (source.type == "file") TRY_VOID(text_field("file_id"));
  return source;
}

std::unexpected<Error> unknown_source(const json::Path& path, std::string_view type) {
  const auto at = (path / "source" / "type").text();
  return fail(Errc::invalid_request, at + ": '" + std::string(type) + "' is no source type that can be used here", at);
}

std::string joined_text(json::View content) {
  if (const auto text = content.string()) return *text;
  std::string out;
  for (const auto& part : content.elements()) {
    const auto text = part["text"].string();
    if (!text) continue;
    if (!out.empty()) out += '\n';
    out += *text;
  }
  return out;
}

}  // namespace media

Result<ir::Block> decode_image(json::View block, const json::Path& path) {
  TRY(auto source, media::read_source(block, path));
  ir::Image image;
  if (source.type == "base64") {
    image.media_type = std::move(source.media_type);
    image.data = std::move(source.value);
  } else if (source.type == "url") {
    image.url = std::move(source.value);
  } else if (source.type == "file") {
    image.file_id = std::move(source.value);
  } else {
    return media::unknown_source(path, source.type);
  }
  return ir::Block{std::move(image), {}, {}};
}

Result<ir::Block> decode_document(json::View block, const json::Path& path) {
  TRY(auto source, media::read_source(block, path));
  ir::File file;
  file.media_type = std::move(source.media_type);
  if (source.type == "base64") {
    file.data = std::move(source.value);
  } else if (source.type == "text") {
    file.text = std::move(source.value);
  } else if (source.type == "url") {
    file.url = std::move(source.value);
  } else if (source.type == "file") {
    file.file_id = std::move(source.value);
  } else if (source.type == "content") {
    file.text = media::joined_text(block["source"]["content"]);
    file.media_type = "text/plain";
  } else {
    return media::unknown_source(path, source.type);
  }
  file.title = block["title"].string().value_or("");
  file.context = block["context"].string().value_or("");
  return ir::Block{std::move(file), {}, {}};
}

Result<ir::Block> decode_search_result(json::View block, const json::Path& path) {
  TRY(const auto content, json::read_array(block["content"], path / "content"));
  ir::File file;
  file.media_type = "text/plain";
  file.text = media::joined_text(content);
  file.title = block["title"].string().value_or("");
  file.context = block["source"].string().value_or("");
  return ir::Block{std::move(file), {}, {}};
}

}  // namespace llmgw::dialect::messages
