#include "core/http/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/http/characters.h"
#include "core/http/strict_head.h"

namespace llmgw::http {
namespace parsing {

namespace beast = boost::beast;

using Code = boost::system::error_code;
using Text = beast::string_view;

std::string_view view(Text text) { return {text.data(), text.size()}; }

constexpr std::size_t max_extension_bytes = 256;
constexpr std::size_t bare_status_line_size = std::string_view("HTTP/1.1 200").size();

/// Beast's parser, which turns what it reads into our message; body bytes go to where `body` points.
template <bool is_request>
class Reader final : public beast::http::basic_parser<is_request> {
 public:
  using Message = std::conditional_t<is_request, Request, ResponseHead>;

  explicit Reader(Message& message) : message_(message) {
    this->header_limit(std::numeric_limits<std::uint32_t>::max());
    this->body_limit(boost::none);
  }
  void deliver_to(std::string& body) { body_ = &body; }

  /// Bytes of the current chunk still to come; 0 where a chunk's header is to come.
  [[nodiscard]] std::uint64_t chunk_left() const { return chunk_left_; }
  [[nodiscard]] std::uint64_t body_bytes() const { return body_bytes_; }
  [[nodiscard]] std::size_t extension_bytes() const { return extension_bytes_; }

 private:
  void on_request_impl(beast::http::verb, Text method, Text target, int version, Code&) override {
    if constexpr (is_request) {
      message_.method = view(method);
      message_.target = view(target);
      message_.http10 = version == 10;
    }
  }
  void on_response_impl(int status, Text reason, int, Code&) override {
    if constexpr (!is_request) {
      message_.status = status;
      message_.reason = view(reason);
    }
  }
  void on_field_impl(beast::http::field, Text name, Text value, Code&) override {
    // Trailers come the same way and are left out: nothing may change after the head was judged.
    if (!this->is_header_done()) message_.headers.add_checked(view(name), view(value));
  }
  void on_header_impl(Code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
  std::size_t on_body_impl(Text body, Code&) override {
    body_->append(body.data(), body.size());
    body_bytes_ += body.size();
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t size, Text extensions, Code&) override {
    chunk_left_ = size;
    extension_bytes_ = extensions.size();
  }
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, Code&) override {
    chunk_left_ -= body.size();
    return on_body_impl(body, ignored_);
  }
  void on_finish_impl(Code&) override {}

  Message& message_;
  std::string* body_ = nullptr;
  std::uint64_t chunk_left_ = 0;
  std::uint64_t body_bytes_ = 0;
  std::size_t extension_bytes_ = 0;
  Code ignored_;
};

/// Whether lines that Beast wants more of can become a chunk's header: the line end of the chunk before alone, or a
/// last chunk whose trailers have not ended. Beast would also wait for the end of a quoted text that runs over a line.
bool may_continue(std::string_view unit) {
  if (unit == "\r\n") return true;
  if (unit.starts_with("\r\n")) unit.remove_prefix(2);
  const auto digits = std::min(unit.find_first_not_of('0'), unit.size());
  return digits != 0 && (unit[digits] == '\r' || unit[digits] == ';') && !unit.ends_with("\r\n\r\n");
}

/// One message read from bytes cut anywhere. Beast wants a head, and each chunk's header, in one piece: these are
/// put together here when reads cut them, while body bytes go through as they come.
template <bool is_request>
class Machine {
 public:
  using Message = typename Reader<is_request>::Message;
  using Taken = std::expected<std::size_t, Fault>;
  enum class Stage { head, body, chunk_header, done };

  Machine(const Limits& limits, bool head_request) : head_request_(head_request), limits_(limits) {}

  Taken feed(std::string_view bytes, std::string& body);
  /// The end of the input; what is wrong about it, if anything.
  std::expected<void, Fault> finish();
  /// Makes ready for the next message.
  void reset(bool head_request);

  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] bool head_done() const { return stage_ != Stage::head; }
  [[nodiscard]] bool done() const { return stage_ == Stage::done; }
  [[nodiscard]] const HeadFacts& facts() const { return facts_; }

 private:
  // What every piece of a body needs stands first and together.
  bool head_request_;
  bool started_ = false;
  Stage stage_ = Stage::head;
  std::uint64_t framing_bytes_ = 0;  // spent on the headers of chunks
  std::string joined_;               // a head or a chunk's header that came in pieces
  Limits limits_;
  HeadFacts facts_;
  std::optional<Reader<is_request>> reader_;

 public:
  Message message;

 private:
  Taken take_head(std::string_view bytes);
  Taken join_head(std::string_view bytes);
  std::expected<void, Fault> read_head(std::string_view head);
  std::expected<void, Fault> judge_request();
  std::expected<void, Fault> judge_response();
  Taken take_body(std::string_view bytes);
  Taken take_chunk_header(std::string_view bytes);
  std::expected<bool, Fault> read_chunk_header(std::string_view unit);
  Taken put(std::string_view bytes);
};

template <bool is_request>
auto Machine<is_request>::feed(std::string_view bytes, std::string& body) -> Taken {
  std::size_t used = 0;
  while (used < bytes.size() && stage_ != Stage::done) {
    const std::string_view rest = bytes.substr(used);
    if (reader_) reader_->deliver_to(body);
    const Taken taken = stage_ == Stage::head   ? take_head(rest)
                        : stage_ == Stage::body ? take_body(rest)
                                                : take_chunk_header(rest);
    if (!taken) return taken;
    used += *taken;
  }
  return used;
}

template <bool is_request>
auto Machine<is_request>::put(std::string_view bytes) -> Taken {
  Code code;
  const std::size_t used = reader_->put({bytes.data(), bytes.size()}, code);
  if (code && code != beast::http::error::need_more) return std::unexpected(Fault{400, code.message()});
  return used;
}

template <bool is_request>
auto Machine<is_request>::take_head(std::string_view bytes) -> Taken {
  std::size_t skipped = 0;
  // RFC 9112 section 2.2: empty lines before a request line are to be ignored.
  while (is_request && joined_.empty() && bytes.substr(skipped).starts_with("\r\n")) skipped += 2;
  const std::string_view rest = bytes.substr(skipped);
  const std::size_t end = joined_.empty() ? rest.find("\r\n\r\n") : std::string_view::npos;
  if (end == std::string_view::npos || end + 4 > limits_.head_bytes) {
    const Taken joined = join_head(rest);
    if (!joined) return joined;
    return skipped + *joined;
  }
  started_ = true;
  if (auto read = read_head(rest.substr(0, end + 4)); !read) return std::unexpected(read.error());
  return skipped + end + 4;
}

template <bool is_request>
auto Machine<is_request>::join_head(std::string_view bytes) -> Taken {
  const std::size_t before = joined_.size();
  joined_ += bytes.substr(0, limits_.head_bytes + 1 - std::min(before, limits_.head_bytes));
  const std::size_t added = joined_.size() - before;
  while (is_request && joined_.starts_with("\r\n")) joined_.erase(0, 2);
  if (joined_.empty() || (is_request && joined_ == "\r")) return added;
  started_ = true;
  const std::size_t end = joined_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
  const std::size_t size = end == std::string::npos ? joined_.size() : end + 4;
  if (size > limits_.head_bytes) {
    return std::unexpected(Fault{431, fmt::format("the head is larger than {} bytes", limits_.head_bytes)});
  }
  if (end == std::string::npos) {
    // What can never become a head is refused now rather than when a time limit strikes.
    if (!characters::is_token(joined_.front())) return std::unexpected(Fault{400, "the first line is not HTTP"});
    for (auto lf = joined_.find('\n', before); lf != std::string::npos; lf = joined_.find('\n', lf + 1)) {
      if (lf == 0 || joined_[lf - 1] != '\r') return std::unexpected(Fault{400, "a line ends with LF alone"});
    }
    return added;
  }
  const std::size_t behind = joined_.size() - size;
  joined_.resize(size);
  const std::string head = std::exchange(joined_, {});
  if (auto read = read_head(head); !read) return std::unexpected(read.error());
  return added - behind;
}

template <bool is_request>
std::expected<void, Fault> Machine<is_request>::read_head(std::string_view head) {
  auto facts =
      is_request ? check_request_head(head, limits_.header_fields) : check_response_head(head, limits_.header_fields);
  if (!facts) return std::unexpected(std::move(facts).error());
  facts_ = *facts;
  reader_.emplace(message);
  // Some servers leave out the space before an empty reason, which Beast wants to see.
  std::string completed;
  if (!is_request && head.find("\r\n") == bare_status_line_size) {
    completed.assign(head).insert(bare_status_line_size, 1, ' ');
    head = completed;
  }
  if (head_request_) reader_->skip(true);
  const Taken taken = put(head);
  if (!taken) return std::unexpected(taken.error());
  if (*taken != head.size() || !reader_->is_header_done()) return std::unexpected(Fault{400, "the head is incomplete"});
  message.keep_alive = reader_->keep_alive();
  stage_ = reader_->is_done() ? Stage::done : facts_.chunked ? Stage::chunk_header : Stage::body;
  std::expected<void, Fault> judged;
  if constexpr (is_request) {
    judged = judge_request();
  } else {
    judged = judge_response();
  }
  facts_.authority = facts_.origin_form = {};  // the head they point into may go
  return judged;
}

template <bool is_request>
std::expected<void, Fault> Machine<is_request>::judge_request() {
  if (!facts_.authority.empty()) {
    // RFC 9112 section 3.2.2: the authority of an absolute form replaces what Host says.
    message.headers.set("host", facts_.authority);
    message.target = facts_.origin_form.starts_with('/') ? "" : "/";
    message.target += facts_.origin_form;
  }
  const std::uint64_t length = facts_.content_length.value_or(0);
  if (length > limits_.body_bytes) {
    return std::unexpected(Fault{413, fmt::format("the body is larger than {} bytes", limits_.body_bytes)});
  }
  // No more than this before the bytes come: a length is only a claim.
  message.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(length, std::uint64_t{256} << 10U)));
  return {};
}

template <bool is_request>
std::expected<void, Fault> Machine<is_request>::judge_response() {
  const int status = message.status;
  if (status == 101) return std::unexpected(Fault{400, "101 Switching Protocols was not asked for"});
  if (status < 200) {
    message.clear();
    reader_.reset();
    stage_ = Stage::head;
    return {};
  }
  // These have no body, and what an upstream sends as one must not be taken for the next response.
  const bool body_claimed = facts_.chunked || (status == 204 && facts_.content_length.value_or(0) != 0);
  if (body_claimed && (status == 204 || status == 304)) message.keep_alive = false;
  return {};
}

template <bool is_request>
auto Machine<is_request>::take_body(std::string_view bytes) -> Taken {
  const Taken taken = put(bytes);
  if (!taken) return taken;
  if (reader_->is_done()) {
    stage_ = Stage::done;
  } else if (facts_.chunked && reader_->chunk_left() == 0) {
    stage_ = Stage::chunk_header;
  }
  return taken;
}

/// Hands Beast the shortest run of whole lines that it can use: a chunk's header with the line end of the chunk
/// before, or the last chunk with its trailers.
template <bool is_request>
auto Machine<is_request>::take_chunk_header(std::string_view bytes) -> Taken {
  const bool joining = !joined_.empty();
  std::size_t end = 0;  // of the lines taken from `bytes`
  for (auto lf = bytes.find('\n'); lf != std::string_view::npos; lf = bytes.find('\n', end)) {
    if (joining) joined_ += bytes.substr(end, lf + 1 - end);
    end = lf + 1;
    const std::string_view unit = joining ? std::string_view(joined_) : bytes.substr(0, end);
    if (!unit.ends_with("\r\n")) return std::unexpected(Fault{400, "a chunk's line ends with LF alone"});
    if (unit.size() > limits_.head_bytes) return std::unexpected(Fault{431, "the trailers are too long"});
    const auto complete = read_chunk_header(unit);
    if (!complete) return std::unexpected(complete.error());
    if (*complete) {
      joined_.clear();
      return end;
    }
  }
  joined_ += bytes.substr(joining ? end : 0);
  if (joined_.size() > limits_.head_bytes) return std::unexpected(Fault{400, "a chunk's header is too long"});
  return bytes.size();
}

/// False when Beast needs more lines.
template <bool is_request>
std::expected<bool, Fault> Machine<is_request>::read_chunk_header(std::string_view unit) {
  const Taken taken = put(unit);
  if (!taken) return std::unexpected(taken.error());
  if (*taken == 0) {
    if (may_continue(unit)) return false;
    return std::unexpected(Fault{400, "a chunk's header is wrong"});
  }
  if (reader_->extension_bytes() > max_extension_bytes) {
    return std::unexpected(Fault{400, "a chunk's extension is too long"});
  }
  framing_bytes_ += unit.size();
  if (is_request) {
    const std::uint64_t left = limits_.body_bytes - std::min<std::uint64_t>(limits_.body_bytes, reader_->body_bytes());
    // Tiny chunks with long headers would make a small body cost many times its size to read.
    if (reader_->chunk_left() > left || framing_bytes_ > limits_.body_bytes + limits_.head_bytes) {
      return std::unexpected(Fault{413, fmt::format("the body is larger than {} bytes", limits_.body_bytes)});
    }
  }
  if (!reader_->is_done()) {
    stage_ = Stage::body;
    return true;
  }
  const std::size_t size_line = unit.starts_with("\r\n") ? 2 : 0;
  const std::size_t trailers = unit.find("\r\n", size_line) + 2;
  if (auto checked = check_trailers(unit.substr(trailers), limits_.header_fields); !checked) {
    return std::unexpected(checked.error());
  }
  stage_ = Stage::done;
  return true;
}

template <bool is_request>
std::expected<void, Fault> Machine<is_request>::finish() {
  if (stage_ == Stage::done) return {};
  if (!started_) return std::unexpected(Fault{400, "the server closed the connection before an answer came"});
  if (stage_ == Stage::head) return std::unexpected(Fault{400, "the server closed the connection inside the headers"});
  if (facts_.content_length) {
    return std::unexpected(Fault{400, fmt::format("the server closed the connection after {} of {} bytes of the body",
                                                  reader_->body_bytes(), *facts_.content_length)});
  }
  if (facts_.chunked) return std::unexpected(Fault{400, "the server closed the connection before the last chunk"});
  stage_ = Stage::done;
  return {};
}

template <bool is_request>
void Machine<is_request>::reset(bool head_request) {
  head_request_ = head_request;
  started_ = false;
  stage_ = Stage::head;
  facts_ = {};
  reader_.reset();
  joined_.clear();
  framing_bytes_ = 0;
  message.clear();
}

Error request_error(const Fault& fault) {
  Error error;
  error.code = fault.status == 413 ? Errc::too_large : Errc::invalid_request;
  error.message = "invalid HTTP request: " + fault.reason;
  error.status = fault.status;
  return error;
}

Error response_error(std::string message) {
  Error error;
  error.code = Errc::upstream_protocol;
  error.message = std::move(message);
  return error;
}

}  // namespace parsing

struct RequestParser::Impl {
  explicit Impl(const Limits& wanted) : machine(wanted, false) {}
  parsing::Machine<true> machine;
  std::optional<Error> error;
};

RequestParser::RequestParser(const Limits& limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestParser::~RequestParser() = default;
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;

Result<std::size_t> RequestParser::feed(std::string_view bytes) {
  if (impl_->error) return std::unexpected(*impl_->error);
  const auto taken = impl_->machine.feed(bytes, impl_->machine.message.body);
  if (taken) return *taken;
  impl_->error = parsing::request_error(taken.error());
  return std::unexpected(*impl_->error);
}

bool RequestParser::head_done() const { return impl_->machine.head_done(); }
bool RequestParser::done() const { return impl_->machine.done(); }
bool RequestParser::started() const { return impl_->machine.started(); }
bool RequestParser::expects_continue() const { return head_done() && impl_->machine.facts().expects_continue; }
const Request& RequestParser::request() const { return impl_->machine.message; }

Request& RequestParser::request() { return impl_->machine.message; }

void RequestParser::next() { impl_->machine.reset(false); }

struct ResponseParser::Impl {
  Impl(bool head_request, const Limits& wanted) : machine(wanted, head_request) {}
  std::optional<Error> error;  // ends with the mark whether there is one: beside what every piece of a body needs
  parsing::Machine<false> machine;
};

ResponseParser::ResponseParser(bool head_request, const Limits& limits)
    : impl_(std::make_unique<Impl>(head_request, limits)) {}
ResponseParser::~ResponseParser() = default;
ResponseParser::ResponseParser(ResponseParser&&) noexcept = default;
ResponseParser& ResponseParser::operator=(ResponseParser&&) noexcept = default;

Result<std::size_t> ResponseParser::feed(std::string_view bytes, std::string& body) {
  if (impl_->error) return std::unexpected(*impl_->error);
  const auto taken = impl_->machine.feed(bytes, body);
  if (taken) return *taken;
  impl_->error = parsing::response_error("invalid HTTP response: " + taken.error().reason);
  return std::unexpected(*impl_->error);
}

Result<> ResponseParser::finish() {
  if (impl_->error) return std::unexpected(*impl_->error);
  const auto finished = impl_->machine.finish();
  if (finished) return {};
  impl_->error = parsing::response_error(finished.error().reason);
  return std::unexpected(*impl_->error);
}

bool ResponseParser::head_done() const { return impl_->machine.head_done(); }
bool ResponseParser::done() const { return impl_->machine.done(); }
bool ResponseParser::started() const { return impl_->machine.started(); }
const ResponseHead& ResponseParser::head() const { return impl_->machine.message; }

void ResponseParser::reset(bool head_request) {
  impl_->machine.reset(head_request);
  impl_->error.reset();
}

}  // namespace llmgw::http
