#include "core/net/client.h"

#include "core/net/curl_client.h"
#include "core/net/curl_library.h"
#include "core/net/native_client.h"

namespace llmgw::net {
namespace client_choice {

Task<Result<std::unique_ptr<HttpStream>>> refused(Error error) { co_return std::unexpected(std::move(error)); }

/// Sends each request through the client that fits its endpoint. libcurl is loaded when it is first needed.
class EitherClient final : public HttpClient {
 public:
  EitherClient(boost::asio::io_context& io, ClientOptions options)
      : io_(io), options_(std::move(options)), native_(io, options_) {}

  Task<Result<std::unique_ptr<HttpStream>>> open(HttpRequest request) override {
    const Endpoint& endpoint = *request.endpoint;
    if (!endpoint.tls && proxy_for(options_.proxies, endpoint).empty()) return native_.open(std::move(request));
    if (auto loaded = load_curl(); !loaded) return refused(std::move(loaded).error());
    if (!curl_) curl_ = std::make_unique<CurlClient>(io_, options_);
    return curl_->open(std::move(request));
  }

 private:
  boost::asio::io_context& io_;
  ClientOptions options_;
  NativeClient native_;
  std::unique_ptr<CurlClient> curl_;
};

}  // namespace client_choice

std::unique_ptr<HttpClient> make_http_client(boost::asio::io_context& io, ClientOptions options) {
  return std::make_unique<client_choice::EitherClient>(io, std::move(options));
}

}  // namespace llmgw::net
