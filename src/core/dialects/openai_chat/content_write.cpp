#include <algorithm>

#include "core/base/overloaded.h"
#include "core/dialects/openai_chat/request_write.h"

namespace llmgw::dialect::chat {
namespace content_writing {

std::unexpected<Error> unsupported(const ir::Block& block, std::string_view what) {
  return fail(Errc::invalid_request, block.path + ": the upstream's format cannot carry " + std::string(what),
              block.path, "unsupported_content");
}

// A document in words: its title and context, then the text.
std::string document_text(const ir::File& file) {
  std::string out;
  for (const auto* line : {&file.title, &file.context, &file.text}) {
    if (line->empty()) continue;
    if (!out.empty()) out += '\n';
    out += *line;
  }
  return out;
}

const std::string* plain_text(const ir::Block& block, std::string& scratch) {
  if (const auto* text = std::get_if<ir::Text>(&block.value)) return &text->text;
  if (const auto* refusal = std::get_if<ir::Refusal>(&block.value)) return &refusal->text;
  const auto* file = std::get_if<ir::File>(&block.value);
  if (file == nullptr || file->text.empty()) return nullptr;
  scratch = document_text(*file);
  return &scratch;
}

void begin_part(json::Writer& writer, std::string_view type) {
  writer.begin_object();
  writer.member("type", type);
}

void end_part(Encoding& encoding, const ir::Block& block) {
  if (encoding.traits.cache_marks && block.cache) encoding.writer.member_raw("cache_control", *block.cache);
  encoding.writer.end_object();
}

Result<> write_image(Encoding& encoding, const ir::Block& block, const ir::Image& image) {
  if (!image.file_id.empty()) return unsupported(block, "an image by file id");
  auto& writer = encoding.writer;
  begin_part(writer, "image_url");
  writer.key("image_url");
  writer.begin_object();
  if (image.url.empty())
    writer.member("url", "data:" + image.media_type + ";base64," + image.data);
  else
    writer.member("url", image.url);
  if (!image.detail.empty()) writer.member("detail", image.detail);
  writer.end_object();
  end_part(encoding, block);
  return {};
}

Result<> write_file(Encoding& encoding, const ir::Block& block, const ir::File& file) {
  const bool own_id = !file.file_id.empty() && encoding.request.origin == "openai";
  if (!own_id && file.data.empty()) return unsupported(block, file.url.empty() ? "a file by id" : "a file by URL");
  auto& writer = encoding.writer;
  begin_part(writer, "file");
  writer.key("file");
  writer.begin_object();
  if (own_id) {
    writer.member("file_id", file.file_id);
  } else {
    // OpenAI requires both: "Expected a base64-encoded data URL with an application/pdf MIME type".
    const std::string type = file.media_type.empty() ? "application/pdf" : file.media_type;
    const std::string& name = file.filename.empty() ? file.title : file.filename;
    writer.member("filename", name.empty() ? std::string("document.pdf") : name);
    writer.member("file_data", "data:" + type + ";base64," + file.data);
  }
  writer.end_object();
  end_part(encoding, block);
  return {};
}

Result<> write_audio(Encoding& encoding, const ir::Block& block, const ir::Audio& audio) {
  auto& writer = encoding.writer;
  begin_part(writer, "input_audio");
  writer.key("input_audio");
  writer.begin_object();
  writer.member("data", audio.data);
  writer.member("format", audio.format);
  writer.end_object();
  end_part(encoding, block);
  return {};
}

Result<> write_part(Encoding& encoding, const ir::Block& block) {
  std::string scratch;
  if (const auto* text = plain_text(block, scratch)) {
    begin_part(encoding.writer, "text");
    encoding.writer.member("text", *text);
    end_part(encoding, block);
    return {};
  }
  return std::visit(overloaded{
                        [&](const ir::Image& image) { return write_image(encoding, block, image); },
                        [&](const ir::File& file) { return write_file(encoding, block, file); },
                        [&](const ir::Audio& audio) { return write_audio(encoding, block, audio); },
                        [&](const ir::Opaque& opaque) -> Result<> {
                          if (opaque.origin == "openai")
                            encoding.writer.raw(opaque.json);
                          else
                            encoding.dropped(block.path, opaque.type);
                          return {};
                        },
                        [&](const auto&) -> Result<> {
                          encoding.dropped(block.path);
                          return {};
                        },
                    },
                    block.value);
}

}  // namespace content_writing

Result<> write_content(Encoding& encoding, const std::vector<const ir::Block*>& blocks) {
  std::string scratch;
  const bool all_text = std::ranges::all_of(blocks, [&](const ir::Block* block) {
    const bool marked = encoding.traits.cache_marks && block->cache.has_value();
    return !marked && content_writing::plain_text(*block, scratch) != nullptr;
  });
  encoding.writer.key("content");
  if (!all_text) {
    encoding.writer.begin_array();
    for (const auto* block : blocks) TRY_VOID(content_writing::write_part(encoding, *block));
    encoding.writer.end_array();
    return {};
  }
  // One string: chat templates of many open models do not take parts.
  std::string joined;
  for (const auto* block : blocks) {
    const auto* text = content_writing::plain_text(*block, scratch);
    if (text->empty()) continue;
    if (!joined.empty()) joined += "\n\n";
    joined += *text;
  }
  encoding.writer.string(joined);
  return {};
}

}  // namespace llmgw::dialect::chat
