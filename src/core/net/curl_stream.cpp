#include "core/net/curl_stream.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/http/parser.h"
#include "core/net/curl_certificate.h"
#include "core/net/curl_errors.h"
#include "core/net/curl_library.h"
#include "core/net/errors.h"

namespace llmgw::net {
namespace curl_streaming {

/// Above this many unread bytes libcurl stops reading the connection (or the HTTP/2 stream).
constexpr std::size_t pause_above = std::size_t{256} << 10U;
constexpr http::Limits head_limits{};

/// A wait for the head covers the connection too, since libcurl makes it meanwhile.
SteadyTime head_deadline(const Deadlines& limits) {
  if (limits.first_byte.count() <= 0) return never;
  return deadline_in(limits.first_byte + limits.connect);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

}  // namespace curl_streaming

CurlStream::CurlStream(std::shared_ptr<CurlMulti> multi, HttpRequest request)
    : multi_(std::move(multi)),
      request_(std::move(request)),
      easy_(curl().easy_init()),
      progress_(multi_->io()),
      total_end_(deadline_in(request_.deadlines.total)),
      head_end_(curl_streaming::head_deadline(request_.deadlines)) {}

CurlStream::~CurlStream() {
  if (added_) multi_->remove(easy_);
  curl().easy_cleanup(easy_);
  curl().slist_free_all(headers_);
  curl().slist_free_all(route_);
}

Result<> CurlStream::start(const ClientOptions& options) {
  if (easy_ == nullptr) return fail(Errc::internal, "libcurl has no memory");
  set_request();
  set_transport(options);
  added_ = multi_->add(easy_, this);
  if (!added_) return fail(Errc::internal, "libcurl does not take the request");
  return {};
}

Task<Result<bool>> CurlStream::await_head(milliseconds patience) {
  const SteadyTime patience_end = deadline_in(patience);
  while (!headed_) {
    if (head_complete_) co_return use_head();
    if (result_) co_return failure();
    auto woken = co_await wait(head_end_, patience_end);
    if (!woken) co_return std::unexpected(std::move(woken).error());
    if (!*woken) co_return false;
  }
  co_return true;
}

Task<Result<Chunk>> CurlStream::next(milliseconds patience) {
  const SteadyTime patience_end = deadline_in(patience);
  const SteadyTime idle_end = std::exchange(idle_end_, {}).value_or(deadline_in(request_.deadlines.idle));
  for (;;) {
    if (!received_.empty()) {
      auto taken = take_received();
      if (!taken) co_return std::unexpected(std::move(taken).error());
      if (!given_.empty()) co_return Chunk(Chunk::Kind::data, given_);
    }
    if (result_ && received_.empty()) {
      if (*result_ != CURLE_OK) co_return failure();
      if (inflater_ && !inflater_->complete())
        co_return incomplete("the compressed body of " + endpoint_name(*request_.endpoint) + " is cut");
      co_return Chunk();
    }
    auto woken = co_await wait(idle_end, patience_end);
    if (!woken) co_return std::unexpected(std::move(woken).error());
    if (!*woken) {
      idle_end_ = idle_end;
      co_return Chunk(Chunk::Kind::idle, std::string_view());
    }
  }
}

Task<Result<bool>> CurlStream::wait(SteadyTime limit, SteadyTime patience_end) {
  limit = std::min(limit, total_end_);
  const Wake wake = co_await progress_.wait(std::min(limit, patience_end));
  if (wake == Wake::set) co_return true;
  if (wake == Wake::cancelled) co_return cancelled();
  if (std::chrono::steady_clock::now() < limit) co_return false;
  const std::string name = endpoint_name(*request_.endpoint);
  const auto fault = sent_ns_ != 0 ? NetFault::exchange : curl_progress(easy_);
  if (limit == total_end_) co_return timed_out(fault, name + ": the whole answer did not come within the time limit");
  if (headed_) co_return timed_out(fault, name + ": nothing more of the body came within the time limit");
  co_return timed_out(fault, name + ": no answer came within the time limit");
}

Result<bool> CurlStream::use_head() {
  headed_ = true;
  if (request_.certificate) *request_.certificate = peer_certificate(easy_);
  const auto coding = head_.headers.joined("content-encoding");
  if (http::content_coding(coding) == http::Coding::zlib) inflater_.emplace();
  if (http::content_coding(coding) == http::Coding::unknown)
    return fail(Errc::upstream_protocol, endpoint_name(*request_.endpoint) + ": " + unknown_coding(coding));
  return true;
}

Result<> CurlStream::take_received() {
  given_.clear();
  Result<> taken;
  if (inflater_) {
    taken = inflater_->feed(received_, given_, most_inflated);
    received_.clear();
  } else {
    std::swap(given_, received_);
  }
  if (std::exchange(paused_, false)) multi_->resume(easy_);
  if (!taken) return fail(Errc::upstream_protocol, endpoint_name(*request_.endpoint) + ": " + taken.error().message);
  return {};
}

void CurlStream::ended(CURLcode result) {
  result_ = result;
  progress_.set();
}

std::unexpected<Error> CurlStream::failure() const {
  const CurlFailure failure{easy_, *result_, headed_, sent_ns_ != 0, explanation_.data()};
  return curl_failure(failure, endpoint_name(*request_.endpoint));
}

std::size_t CurlStream::on_header(char* data, std::size_t, std::size_t size, void* self) {
  return static_cast<CurlStream*>(self)->take_header({data, size}) ? size : 0;
}

bool CurlStream::take_header(std::string_view line) {
  if (head_complete_) return true;  // trailers: nothing of ours reads them
  head_bytes_ += line.size();
  const auto& limits = curl_streaming::head_limits;
  if (head_bytes_ > limits.head_bytes || head_.headers.size() > limits.header_fields) return false;
  if (line.starts_with("HTTP/")) {
    head_ = http::ResponseHead();
    const auto space = std::min(line.find(' '), line.size() - 1);
    const auto rest = curl_streaming::trim(line.substr(space + 1));
    std::from_chars(rest.data(), rest.data() + rest.size(), head_.status);
    if (rest.size() > 4) head_.reason = rest.substr(4);
    return true;
  }
  if (curl_streaming::trim(line).empty()) {
    head_complete_ = head_.status >= 200;  // after an interim response the real one follows
    if (head_complete_) progress_.set();
    return true;
  }
  const auto colon = line.find(':');
  if (colon != line.npos) head_.headers.add(line.substr(0, colon), curl_streaming::trim(line.substr(colon + 1)));
  return true;
}

std::size_t CurlStream::on_body(char* data, std::size_t, std::size_t size, void* self) {
  auto& stream = *static_cast<CurlStream*>(self);
  if (stream.received_.size() >= curl_streaming::pause_above) {
    stream.paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  stream.received_.append(data, size);
  stream.progress_.set();
  return size;
}

}  // namespace llmgw::net
