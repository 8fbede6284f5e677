#include "core/http/inflate.h"

#include <fmt/format.h>
#include <zlib.h>

#include "core/http/headers.h"

namespace llmgw::http {
namespace inflating {

constexpr int gzip_or_zlib = 15 + 32;  // windowBits: the largest window, the header tells which (zlib.h)
constexpr int raw = -15;               // no header at all
constexpr std::size_t step = std::size_t{64} << 10U;

/// The two bytes that begin a zlib stream: method 8, and a multiple of 31 (RFC 1950 section 2.2).
bool is_zlib_header(unsigned char first, unsigned char second) {
  return (first & 0x0fU) == 8 && ((unsigned{first} << 8U) + second) % 31 == 0;
}

}  // namespace inflating

Coding content_coding(std::string_view value) {
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  if (value.empty() || same_name(value, "identity")) return Coding::identity;
  const bool known = same_name(value, "gzip") || same_name(value, "x-gzip") || same_name(value, "deflate");
  return known ? Coding::zlib : Coding::unknown;
}

struct Inflater::Impl {
  ~Impl() {
    if (open) inflateEnd(&stream);
  }

  bool begin(int window_bits) {
    stream = {};
    open = inflateInit2(&stream, window_bits) == Z_OK;
    ended = false;
    return open;
  }

  /// Chooses the format by the first two bytes. Some servers send raw deflate under the name `deflate`, though RFC
  /// 9110 section 8.4.1.2 asks for the zlib wrapping; browsers accept both.
  Result<bool> recognise() {
    if (pending.size() < 2) return false;
    const auto first = static_cast<unsigned char>(pending[0]);
    const auto second = static_cast<unsigned char>(pending[1]);
    const bool gzip = first == 0x1f && second == 0x8b;
    const int bits = gzip || inflating::is_zlib_header(first, second) ? inflating::gzip_or_zlib : inflating::raw;
    if (!begin(bits)) return fail(Errc::internal, "zlib has no memory");
    return true;
  }

  Result<> run(std::string_view bytes, std::string& out, std::size_t limit) {
    // zlib only reads through next_in; it is not const for C's sake (zlib.h, ZLIB_CONST).
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    for (bool more = true; more;) {
      const std::size_t before = out.size();
      int status = Z_OK;
      out.resize_and_overwrite(before + inflating::step, [&](char* data, std::size_t) {
        stream.next_out = reinterpret_cast<Bytef*>(data + before);
        stream.avail_out = static_cast<uInt>(inflating::step);
        status = ::inflate(&stream, Z_SYNC_FLUSH);
        return before + inflating::step - stream.avail_out;
      });
      if (out.size() > limit) return fail(Errc::too_large, fmt::format("the body is larger than {} bytes", limit));
      if (status == Z_STREAM_END) {
        ended = true;
        return {};
      }
      if (status != Z_OK && status != Z_BUF_ERROR)
        return fail(Errc::upstream_protocol, "the body is not valid gzip or deflate data");
      more = stream.avail_out == 0;
    }
    return {};
  }

  z_stream stream{};
  std::string pending;  ///< the first byte, until the second one tells the format
  bool open = false;
  bool ended = false;
};

Inflater::Inflater() : impl_(std::make_unique<Impl>()) {}
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

Result<> Inflater::feed(std::string_view bytes, std::string& out, std::size_t limit) {
  while (!bytes.empty()) {
    if (impl_->ended) {
      // Members of a gzip file follow each other (RFC 1952 section 2.2).
      inflateEnd(&impl_->stream);
      impl_->open = false;
      impl_->ended = false;
    }
    if (impl_->open) {
      TRY_VOID(impl_->run(bytes, out, limit));
      bytes.remove_prefix(bytes.size() - impl_->stream.avail_in);
      continue;
    }
    const std::size_t wanted = std::min<std::size_t>(2 - impl_->pending.size(), bytes.size());
    impl_->pending.append(bytes.substr(0, wanted));
    bytes.remove_prefix(wanted);
    TRY(const bool recognised, impl_->recognise());
    if (!recognised) continue;
    const std::string head = std::move(impl_->pending);
    impl_->pending.clear();
    TRY_VOID(impl_->run(head, out, limit));
  }
  return {};
}

bool Inflater::complete() const { return impl_->open ? impl_->ended : impl_->pending.empty(); }

}  // namespace llmgw::http
