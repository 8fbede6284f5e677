#include "core/http/deflate.h"

#include <zlib.h>

#include <array>

namespace llmgw::http {
namespace deflating {

constexpr int gzip_window = 15 + 16;  // windowBits: the largest window in a gzip wrapping (zlib.h)

}  // namespace deflating

struct Gzip::Impl {
  Impl() {
    open = deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, deflating::gzip_window, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~Impl() {
    if (open) deflateEnd(&stream);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void run(std::string_view bytes, int flush, std::string& out) {
    if (!open) return;
    // zlib only reads through next_in; it is not const for C's sake (zlib.h, ZLIB_CONST).
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::array<char, 16384> piece{};
    do {
      stream.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream.avail_out = static_cast<uInt>(piece.size());
      deflate(&stream, flush);
      out.append(piece.data(), piece.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  }

  z_stream stream{};
  bool open = false;
};

Gzip::Gzip() : impl_(std::make_unique<Impl>()) {}
Gzip::~Gzip() = default;
Gzip::Gzip(Gzip&&) noexcept = default;
Gzip& Gzip::operator=(Gzip&&) noexcept = default;

void Gzip::feed(std::string_view bytes, std::string& out) { impl_->run(bytes, Z_SYNC_FLUSH, out); }
void Gzip::finish(std::string& out) { impl_->run({}, Z_FINISH, out); }

}  // namespace llmgw::http
