#include "core/net/curl_client.h"

#include "core/net/curl_stream.h"
#include "core/net/errors.h"

namespace llmgw::net {

CurlClient::CurlClient(boost::asio::io_context& io, ClientOptions options)
    : multi_(std::make_shared<CurlMulti>(io)), options_(std::move(options)) {}

Task<Result<std::unique_ptr<HttpStream>>> CurlClient::open(HttpRequest request) {
  const bool gone = co_await is_cancelled();
  if (gone) co_return cancelled();
  auto stream = std::make_unique<CurlStream>(multi_, std::move(request));
  auto started = stream->start(options_);
  if (!started) co_return std::unexpected(std::move(started).error());
  co_return std::unique_ptr<HttpStream>(std::move(stream));
}

}  // namespace llmgw::net
