#include "core/dialects/anthropic_messages/encode_content.h"

#include "core/base/overloaded.h"
#include "core/dialects/anthropic_messages/content.h"
#include "core/dialects/anthropic_messages/encode_media.h"
#include "core/dialects/custom_calls.h"
#include "core/json/view.h"

namespace llmgw::dialect::messages {
namespace content_writing {

constexpr std::string_view no_result = "[no result]";

std::unexpected<Error> unsupported(std::string_view what, const std::string& path) {
  return fail(Errc::invalid_request, path + ": the Messages API does not take " + std::string(what), path,
              "unsupported_content");
}

// A single text stands as a string, as the API allows; it is what other servers read best.
const ir::Text* only_text(const ir::ToolResult& result) {
  if (result.content.size() != 1) return nullptr;
  return std::get_if<ir::Text>(&result.content.front().value);
}

}  // namespace content_writing

Result<> ContentWriter::messages(const std::vector<Turn>& turns) {
  writer_.begin_array();
  for (const auto& turn : turns) {
    writer_.begin_object();
    writer_.member("role", turn.assistant ? "assistant" : "user");
    writer_.key("content");
    writer_.begin_array();
    TRY_VOID(results(turn));
    for (const auto& entry : turn.blocks) TRY_VOID(block(entry));
    writer_.end_array();
    writer_.end_object();
  }
  writer_.end_array();
  return {};
}

void ContentWriter::system(const std::vector<ir::Block>& instructions, std::string_view more) {
  writer_.begin_array();
  for (const auto& block : instructions) {
    const auto* value = std::get_if<ir::Text>(&block.value);
    if (value != nullptr && has_words(value->text)) {
      text(value->text, &block);
    } else if (value == nullptr) {
      notes_.add(block.path, ir::NoteAction::dropped, "system text only");
    }
  }
  if (!more.empty()) text(more, nullptr);
  writer_.end_array();
}

Result<> ContentWriter::results(const Turn& turn) {
  for (const auto& entry : turn.results) {
    writer_.begin_object();
    writer_.member("type", "tool_result");
    writer_.member("tool_use_id", entry.call_id);
    TRY_VOID(result_content(entry));
    writer_.end_object();
  }
  return {};
}

Result<> ContentWriter::result_content(const TurnResult& entry) {
  const auto* value = entry.block != nullptr ? std::get_if<ir::ToolResult>(&entry.block->value) : nullptr;
  if (value == nullptr) {
    writer_.member("content", content_writing::no_result);
    writer_.member("is_error", true);
    return {};
  }
  writer_.key("content");
  if (value->content.empty()) {
    writer_.string("");
  } else if (const auto* only = content_writing::only_text(*value)) {
    writer_.string(only->text);
  } else {
    writer_.begin_array();
    for (const auto& element : value->content) TRY_VOID(part(element));
    writer_.end_array();
  }
  if (value->is_error) writer_.member("is_error", true);
  marks_.write(writer_, CacheMarks::of_result(*entry.block));
  return {};
}

// A piece of a tool result; its cache mark is the result's.
Result<> ContentWriter::part(const ir::Block& block) {
  if (const auto* value = std::get_if<ir::Text>(&block.value)) {
    if (!value->text.empty()) text(value->text, nullptr);
    return {};
  }
  if (const auto* value = std::get_if<ir::Opaque>(&block.value)) {
    if (value->origin == "anthropic") {
      marks_.carried(block.cache);
      writer_.raw(value->json);
    } else {
      notes_.add(block.path, ir::NoteAction::dropped, "a '" + value->type + "' block of another service");
    }
    return {};
  }
  const auto* image = std::get_if<ir::Image>(&block.value);
  const auto* file = std::get_if<ir::File>(&block.value);
  if (image == nullptr && file == nullptr) return content_writing::unsupported("this kind of tool result", block.path);
  writer_.begin_object();
  if (image != nullptr) TRY_VOID(picture(*image, block.path));
  if (file != nullptr) TRY_VOID(write_document(writer_, *file, block.path));
  writer_.end_object();
  return {};
}

Result<> ContentWriter::picture(const ir::Image& image, const std::string& path) {
  const bool wish = !image.detail.empty() && image.detail != "auto";
  if (wish) notes_.add(path + ".detail", ir::NoteAction::dropped, image.detail);
  return write_image(writer_, image, path);
}

void ContentWriter::text(std::string_view text, const ir::Block* block) {
  writer_.begin_object();
  writer_.member("type", "text");
  writer_.member("text", text);
  if (block != nullptr) marks_.write(writer_, block->cache);
  writer_.end_object();
}

void ContentWriter::call(const ir::ToolCall& call, const TurnBlock& entry) {
  ObjectArguments arguments;
  if (call.kind == ir::ToolKind::custom) {
    arguments.json = custom_arguments(call.args);
  } else {
    arguments = arguments_object(call.args);
  }
  if (arguments.repaired) notes_.add(entry.block->path, ir::NoteAction::approximated, call.args);
  writer_.begin_object();
  writer_.member("type", "tool_use");
  writer_.member("id", entry.call_id);
  writer_.member("name", names_.wire(call.name));
  writer_.member_raw("input", arguments.json);
  marks_.write(writer_, entry.block->cache);
  writer_.end_object();
}

void ContentWriter::reasoning(const ir::Reasoning& reasoning) {
  writer_.begin_object();
  if (!reasoning.signature.empty()) {
    writer_.member("type", "thinking");
    writer_.member("thinking", reasoning.text);
    writer_.member("signature", reasoning.signature);
  } else {
    writer_.member("type", "redacted_thinking");
    writer_.member("data", reasoning.encrypted);
  }
  writer_.end_object();
}

Result<> ContentWriter::block(const TurnBlock& entry) {
  if (!entry.text.empty()) {
    text(entry.text, entry.block);
    return {};
  }
  const auto& path = entry.block->path;
  return std::visit(overloaded{
                        [&](const ir::Text& value) -> Result<> {
                          text(value.text, entry.block);
                          return {};
                        },
                        [&](const ir::Refusal& value) -> Result<> {
                          text(value.text, entry.block);
                          return {};
                        },
                        [&](const ir::ToolCall& value) -> Result<> {
                          call(value, entry);
                          return {};
                        },
                        [&](const ir::Reasoning& value) -> Result<> {
                          reasoning(value);
                          return {};
                        },
                        [&](const ir::Opaque& value) -> Result<> {
                          marks_.carried(entry.block->cache);
                          writer_.raw(value.json);
                          return {};
                        },
                        [&](const ir::Image& value) -> Result<> {
                          writer_.begin_object();
                          TRY_VOID(picture(value, path));
                          marks_.write(writer_, entry.block->cache);
                          writer_.end_object();
                          return {};
                        },
                        [&](const ir::File& value) -> Result<> {
                          writer_.begin_object();
                          TRY_VOID(write_document(writer_, value, path));
                          marks_.write(writer_, entry.block->cache);
                          writer_.end_object();
                          return {};
                        },
                        [&](const ir::Audio&) -> Result<> { return content_writing::unsupported("audio", path); },
                        [&](const ir::ToolResult&) -> Result<> { return {}; },
                    },
                    entry.block->value);
}

}  // namespace llmgw::dialect::messages
