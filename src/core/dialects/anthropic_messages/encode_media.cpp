#include "core/dialects/anthropic_messages/encode_media.h"

#include <string>
#include <utility>

#include "core/base/base64.h"

namespace llmgw::dialect::messages {
namespace media_writing {

// Enough for every signature below.
constexpr std::size_t head_bytes = 16;

bool known_image(std::string_view type) {
  return type == "image/png" || type == "image/jpeg" || type == "image/gif" || type == "image/webp";
}

std::unexpected<Error> unsupported(std::string message, const std::string& path) {
  return fail(Errc::invalid_request, std::move(message), path, "unsupported_content");
}

void write_source(json::Writer& writer, std::string_view type, std::string_view field, std::string_view value) {
  writer.key("source");
  writer.begin_object();
  writer.member("type", type);
  writer.member(field, value);
  writer.end_object();
}

void write_data(json::Writer& writer, std::string_view type, std::string_view media_type, std::string_view data) {
  writer.key("source");
  writer.begin_object();
  writer.member("type", type);
  writer.member("media_type", media_type);
  writer.member("data", data);
  writer.end_object();
}

bool is_url(std::string_view url) { return url.starts_with("https://") || url.starts_with("http://"); }

}  // namespace media_writing

std::string_view sniffed_type(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG")) return "image/png";
  if (bytes.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
  if (bytes.starts_with("GIF8")) return "image/gif";
  if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return "image/webp";
  return {};
}

Result<> write_image(json::Writer& writer, const ir::Image& image, const std::string& path) {
  writer.member("type", "image");
  if (!image.file_id.empty()) {
    media_writing::write_source(writer, "file", "file_id", image.file_id);
    return {};
  }
  if (!image.url.empty()) {
    if (!media_writing::is_url(image.url))
      return media_writing::unsupported(path + ": an image URL must be http, https or a base64 data URL", path);
    media_writing::write_source(writer, "url", "url", image.url);
    return {};
  }
  const auto head = from_base64(image.data.substr(0, media_writing::head_bytes * 4 / 3 / 4 * 4));
  if (image.data.empty() || !head || !is_base64(image.data))
    return fail(Errc::invalid_request, path + ": the image is not valid base64", path, "image_decode_error");
  // The bytes know better than the label, and the API refuses a wrong one.
  const auto sniffed = sniffed_type(*head);
  const auto type = sniffed.empty() ? std::string_view(image.media_type) : sniffed;
  if (!media_writing::known_image(type))
    return media_writing::unsupported(path + ": images must be PNG, JPEG, GIF or WEBP", path);
  media_writing::write_data(writer, "base64", type, image.data);
  return {};
}

Result<> write_document(json::Writer& writer, const ir::File& file, const std::string& path) {
  writer.member("type", "document");
  const bool text_file = !file.data.empty() && file.media_type.starts_with("text/");
  if (!file.file_id.empty()) {
    media_writing::write_source(writer, "file", "file_id", file.file_id);
  } else if (!file.url.empty()) {
    media_writing::write_source(writer, "url", "url", file.url);
  } else if (text_file) {
    const auto text = from_base64(file.data);
    if (!text) return media_writing::unsupported(path + ": the file is not valid base64", path);
    media_writing::write_data(writer, "text", "text/plain", *text);
  } else if (!file.data.empty()) {
    if (!file.media_type.empty() && file.media_type != "application/pdf")
      return media_writing::unsupported(path + ": files of type " + file.media_type + " cannot be sent", path);
    media_writing::write_data(writer, "base64", "application/pdf", file.data);
  } else {
    media_writing::write_data(writer, "text", "text/plain", file.text);
  }
  const auto& title = file.title.empty() ? file.filename : file.title;
  if (!title.empty()) writer.member("title", title);
  if (!file.context.empty()) writer.member("context", file.context);
  return {};
}

}  // namespace llmgw::dialect::messages
