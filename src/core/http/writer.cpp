#include "core/http/writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/http/characters.h"

namespace llmgw::http {
namespace writing {

void append_number(std::string& out, std::size_t value, int base) {
  std::array<char, 24> buffer;
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, base);
  out.append(buffer.data(), written.ptr);
}

bool ends_target(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7F;
}

/// Bytes that would end the request target (or the value of Host) early are percent-encoded.
void append_target(std::string& out, std::string_view target) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  if (std::ranges::none_of(target, ends_target)) {
    out += target;
    return;
  }
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    if (!ends_target(c)) {
      out += c;
    } else {
      out += '%';
      out += hex[byte >> 4U];
      out += hex[byte & 0xFU];
    }
  }
}

bool is_framing(std::string_view name) {
  return same_name(name, "content-length") || same_name(name, "transfer-encoding");
}

}  // namespace writing

void append_request_head(std::string& out, const Request& request, std::string_view host, std::size_t body_size) {
  out += request.method;
  out += ' ';
  writing::append_target(out, request.target);
  out += " HTTP/1.1\r\n";
  out += "host: ";
  writing::append_target(out, host);
  out += "\r\n";
  for (const auto& line : request.headers) {
    if (same_name(line.name, "host") || writing::is_framing(line.name)) continue;
    if (!request.keep_alive && same_name(line.name, "connection")) continue;
    out += line.wire;
  }
  // RFC 9110 section 8.6: a method that expects content says so even when there is none.
  if (body_size != 0 || request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
    out += "content-length: ";
    writing::append_number(out, body_size, 10);
    out += "\r\n";
  }
  if (!request.keep_alive) out += "connection: close\r\n";
  out += "\r\n";
}

void append_response_head(std::string& out, const ResponseHead& head, Framing framing, std::size_t body_size) {
  const bool closes = !head.keep_alive || framing == Framing::until_close;
  out += "HTTP/1.1 ";
  writing::append_number(out, static_cast<std::size_t>(head.status), 10);
  out += ' ';
  const bool own_reason = !head.reason.empty() && characters::find_control(head.reason, 0) == head.reason.size();
  out += own_reason ? std::string_view(head.reason) : reason_phrase(head.status);
  out += "\r\n";
  for (const auto& line : head.headers) {
    // A response without a body may tell the length that it would have had (HEAD, 304).
    if (framing != Framing::none && writing::is_framing(line.name)) continue;
    if (closes && same_name(line.name, "connection")) continue;
    out += line.wire;
  }
  if (framing == Framing::content_length) {
    out += "content-length: ";
    writing::append_number(out, body_size, 10);
    out += "\r\n";
  } else if (framing == Framing::chunked) {
    out += "transfer-encoding: chunked\r\n";
  }
  if (closes) out += "connection: close\r\n";
  out += "\r\n";
}

void append_chunk_size(std::string& out, std::size_t size) {
  writing::append_number(out, size, 16);
  out += chunk_end;
}

}  // namespace llmgw::http
