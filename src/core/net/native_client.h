#pragma once

#include <memory>

#include "core/net/client.h"
#include "core/net/connection_pool.h"
#include "core/net/resolver.h"

namespace llmgw::net {

/// HTTP/1.1 over TCP and unix sockets, without TLS: the way to local engines and the bench engine's own.
class NativeClient final : public HttpClient {
 public:
  NativeClient(boost::asio::io_context& io, const ClientOptions& options);
  Task<Result<std::unique_ptr<HttpStream>>> open(HttpRequest request) override;

  /// What the streams of one client share; they may outlive it.
  struct Shared {
    Shared(boost::asio::io_context& context, const ClientOptions& options);
    boost::asio::io_context& io;
    Resolver resolver;
    std::shared_ptr<ConnectionPool> pool;
    std::size_t exchanges = 0;  ///< streams alive now
  };
  [[nodiscard]] const ConnectionPool& pool() const { return *shared_->pool; }

 private:
  std::shared_ptr<Shared> shared_;
};

}  // namespace llmgw::net
