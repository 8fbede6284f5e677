#include <array>
#include <utility>

#include "core/dialects/opaque.h"
#include "core/dialects/openai_chat/request_read.h"
#include "core/dialects/tools.h"

namespace llmgw::dialect::chat {
namespace content_reading {

using Value = decltype(ir::Block::value);

std::string text_of(json::View value) { return value.string().value_or(std::string{}); }

Result<Value> text_part(json::View part, const json::Path& path) {
  ir::Text text;
  TRY(text.text, json::read_string(part["text"], path / "text"));
  return Value(std::move(text));
}

Result<Value> refusal_part(json::View part, const json::Path& path) {
  ir::Refusal refusal;
  TRY(refusal.text, json::read_string(part["refusal"], path / "refusal"));
  return Value(std::move(refusal));
}

// {"image_url":{"url":...,"detail":...}}; some senders give the URL itself.
Result<Value> image_part(json::View part, const json::Path& path) {
  const auto image_path = path / "image_url";
  const auto holder = part["image_url"];
  const auto url_path = image_path / "url";
  const bool bare = holder.is_string();
  TRY(auto url, json::read_string(bare ? holder : holder["url"], bare ? image_path : url_path));
  TRY(auto image, read_image_url(std::move(url), bare ? image_path : url_path));
  image.detail = text_of(bare ? part["detail"] : holder["detail"]);
  return Value(std::move(image));
}

Result<Value> audio_part(json::View part, const json::Path& path) {
  const auto audio_path = path / "input_audio";
  const auto holder = part["input_audio"];
  ir::Audio audio;
  TRY(audio.data, json::read_string(holder["data"], audio_path / "data"));
  TRY(audio.format, json::read_string(holder["format"], audio_path / "format"));
  return Value(std::move(audio));
}

Result<Value> file_part(json::View part, const json::Path& path) {
  const auto file_path = path / "file";
  const auto holder = part["file"].is_object() ? part["file"] : part;
  if (holder["file_id"].is_string()) {
    ir::File file;
    file.file_id = text_of(holder["file_id"]);
    file.filename = text_of(holder["filename"]);
    return Value(std::move(file));
  }
  const auto data_path = file_path / "file_data";
  TRY(auto data, json::read_string(holder["file_data"], data_path));
  TRY(auto file, read_file_data(std::move(data), text_of(holder["filename"]), data_path));
  return Value(std::move(file));
}

// Agents written for the Messages API send its blocks to this endpoint as well (Cursor does): images and documents
// with a `source`, tool calls and results inside `content`, thinking.
Result<Value> sourced_image(json::View part, const json::Path& path) {
  const auto source = part["source"];
  const auto source_path = path / "source";
  ir::Image image;
  if (source["type"].equals("url")) {
    TRY(image.url, json::read_string(source["url"], source_path / "url"));
  } else if (source["type"].equals("file")) {
    TRY(image.file_id, json::read_string(source["file_id"], source_path / "file_id"));
  } else {
    TRY(image.data, json::read_string(source["data"], source_path / "data"));
    TRY(image.media_type, json::read_string(source["media_type"], source_path / "media_type"));
  }
  return Value(std::move(image));
}

Result<Value> sourced_document(json::View part, const json::Path& path) {
  const auto source = part["source"];
  const auto source_path = path / "source";
  ir::File file;
  file.title = text_of(part["title"]);
  file.context = text_of(part["context"]);
  file.media_type = text_of(source["media_type"]);
  if (source["type"].equals("url")) {
    TRY(file.url, json::read_string(source["url"], source_path / "url"));
  } else if (source["type"].equals("text")) {
    TRY(file.text, json::read_string(source["data"], source_path / "data"));
  } else {
    TRY(file.data, json::read_string(source["data"], source_path / "data"));
  }
  return Value(std::move(file));
}

Result<Value> tool_use_part(json::View part, const json::Path& path) {
  ir::ToolCall call;
  TRY(call.id, json::read_string(part["id"], path / "id"));
  TRY(call.name, json::read_string(part["name"], path / "name"));
  call.args = part["input"].absent() ? std::string("{}") : compact_json(part["input"].raw());
  return Value(std::move(call));
}

Result<Value> tool_result_part(json::View part, const json::Path& path) {
  ir::ToolResult result;
  TRY(result.call_id, json::read_string(part["tool_use_id"], path / "tool_use_id"));
  TRY(result.content, read_content(part["content"], path / "content"));
  result.is_error = part["is_error"].boolean().value_or(false);
  return Value(std::move(result));
}

Result<Value> thinking_part(json::View part, const json::Path&) {
  ir::Reasoning reasoning;
  reasoning.text = text_of(part["thinking"]);
  reasoning.origin = "anthropic";
  if (part["signature"].is_string()) read_signature(text_of(part["signature"]), "anthropic", reasoning);
  if (part["data"].is_string()) read_encrypted(text_of(part["data"]), "anthropic", reasoning);
  return Value(std::move(reasoning));
}

struct Row {
  std::string_view type;
  Result<Value> (*read)(json::View part, const json::Path& path);
};

// The format's own parts first, then the names of Responses and of Messages for the same things.
constexpr std::array rows{
    Row{"text", text_part},
    Row{"image_url", image_part},
    Row{"input_audio", audio_part},
    Row{"file", file_part},
    Row{"refusal", refusal_part},
    Row{"input_text", text_part},
    Row{"output_text", text_part},
    Row{"input_image", image_part},
    Row{"input_file", file_part},
    Row{"image", sourced_image},
    Row{"document", sourced_document},
    Row{"tool_use", tool_use_part},
    Row{"tool_result", tool_result_part},
    Row{"thinking", thinking_part},
    Row{"redacted_thinking", thinking_part},
};

Result<Value> read_value(json::View part, const json::Path& path) {
  const auto type = part["type"];
  if (type.absent() && part["text"].is_string()) return text_part(part, path);
  TRY(const auto name, json::read_string(type, path / "type"));
  for (const Row& row : rows) {
    if (row.type == name) return row.read(part, path);
  }
  return Value(ir::Opaque{"openai", name, std::string(part.raw())});
}

Result<ir::Block> read_part(json::View part, const json::Path& path) {
  ir::Block block;
  block.path = path.text();
  if (part.is_string()) {
    block.value = ir::Text{text_of(part), {}};
    return block;
  }
  TRY_VOID(json::read_object(part, path));
  TRY(block.value, read_value(part, path));
  if (const auto mark = part["cache_control"]; mark.is_object()) block.cache = std::string(mark.raw());
  return block;
}

}  // namespace content_reading

Result<std::vector<ir::Block>> read_content(json::View content, const json::Path& path) {
  std::vector<ir::Block> blocks;
  if (content.absent()) return blocks;
  if (content.is_string()) {
    ir::Block block;
    block.value = ir::Text{content_reading::text_of(content), {}};
    block.path = path.text();
    blocks.push_back(std::move(block));
    return blocks;
  }
  TRY_VOID(json::read_array(content, path));
  std::size_t number = 0;
  for (const json::View part : content.elements()) {
    TRY(auto block, content_reading::read_part(part, path[number++]));
    blocks.push_back(std::move(block));
  }
  return blocks;
}

}  // namespace llmgw::dialect::chat
