#pragma once

#include <memory>

#include "core/net/client.h"

namespace llmgw::net {

class CurlMulti;

/// https, HTTP/2 and proxies through libcurl. The connection is made while the head is awaited.
class CurlClient final : public HttpClient {
 public:
  CurlClient(boost::asio::io_context& io, ClientOptions options);
  Task<Result<std::unique_ptr<HttpStream>>> open(HttpRequest request) override;

 private:
  std::shared_ptr<CurlMulti> multi_;
  ClientOptions options_;
};

}  // namespace llmgw::net
