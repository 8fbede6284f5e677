#include <array>
#include <optional>
#include <utility>

#include "core/base/base64.h"
#include "core/dialects/openai_chat/request_read.h"

namespace llmgw::dialect::chat {
namespace media_reading {

struct DataUrl {
  std::string media_type;
  std::string_view data;
};

struct Signature {
  std::string_view bytes;
  std::string_view media_type;
};

constexpr std::array signatures{
    Signature{"\x89PNG", "image/png"},
    Signature{"\xFF\xD8\xFF", "image/jpeg"},
    Signature{"GIF8", "image/gif"},
};

bool is_data_url(std::string_view url) { return url.starts_with("data:"); }

// RFC 2397: data:[<mediatype>][;parameters][;base64],<data>; only base64 carries binary data.
std::optional<DataUrl> split(std::string_view url) {
  const auto comma = url.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto head = url.substr(5, comma - 5);
  if (!head.ends_with(";base64")) return std::nullopt;
  return DataUrl{std::string(head.substr(0, head.find(';'))), url.substr(comma + 1)};
}

// The type that the first bytes prove; senders get it wrong, and services refuse a wrong one.
std::string_view type_by_bytes(std::string_view base64) {
  const auto head = from_base64(base64, 12).value_or(std::string{});
  for (const auto& row : signatures) {
    if (head.starts_with(row.bytes)) return row.media_type;
  }
  if (head.starts_with("RIFF") && std::string_view(head).substr(8).starts_with("WEBP")) return "image/webp";
  return {};
}

std::unexpected<Error> undecodable(const json::Path& path, std::string_view reason) {
  std::string place = path.text();
  return fail(Errc::invalid_request, place + " " + std::string(reason), place, "image_decode_error");
}

}  // namespace media_reading

Result<ir::Image> read_image_url(std::string url, const json::Path& path) {
  ir::Image image;
  if (!media_reading::is_data_url(url)) {
    image.url = std::move(url);
    return image;
  }
  auto parts = media_reading::split(url);
  if (!parts || !is_base64(parts->data)) {
    return media_reading::undecodable(path, "must be an http URL or a data URL with valid base64");
  }
  if (const auto proven = media_reading::type_by_bytes(parts->data); !proven.empty()) parts->media_type = proven;
  if (parts->media_type.empty()) return media_reading::undecodable(path, "does not say what kind of image it holds");
  image.media_type = std::move(parts->media_type);
  image.data = std::string(parts->data);
  return image;
}

Result<ir::File> read_file_data(std::string data, std::string filename, const json::Path& path) {
  ir::File file;
  file.filename = std::move(filename);
  if (!media_reading::is_data_url(data)) {
    if (!is_base64(data)) return media_reading::undecodable(path, "must be a data URL or base64");
    file.media_type = "application/pdf";
    file.data = std::move(data);
    return file;
  }
  auto parts = media_reading::split(data);
  if (!parts || !is_base64(parts->data))
    return media_reading::undecodable(path, "must be a data URL with valid base64");
  file.media_type = parts->media_type.empty() ? "application/pdf" : std::move(parts->media_type);
  file.data = std::string(parts->data);
  return file;
}

}  // namespace llmgw::dialect::chat
