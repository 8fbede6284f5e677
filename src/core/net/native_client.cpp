#include "core/net/native_client.h"

#include <boost/asio/this_coro.hpp>

#include "core/net/errors.h"
#include "core/net/native_stream.h"

namespace llmgw::net {

NativeClient::Shared::Shared(boost::asio::io_context& context, const ClientOptions& options)
    : io(context),
      resolver(context, ResolverTimes{.fresh = options.dns_ttl}),
      pool(std::make_shared<ConnectionPool>(context, options.idle_limit, options.max_idle_per_endpoint)) {}

NativeClient::NativeClient(boost::asio::io_context& io, const ClientOptions& options)
    : shared_(std::make_shared<Shared>(io, options)) {}

namespace native_opening {

Task<Result<std::unique_ptr<HttpStream>>> opened(std::unique_ptr<NativeStream> stream,
                                                 std::shared_ptr<NativeClient::Shared> shared) {
  if (shared->exchanges > crowd) co_await yield_now(shared->io);
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  if (state.cancelled() != boost::asio::cancellation_type::none) co_return cancelled();
  if (stream->send_at_once()) co_return std::unique_ptr<HttpStream>(std::move(stream));
  auto started = co_await stream->start();
  if (!started) co_return std::unexpected(std::move(started).error());
  co_return std::unique_ptr<HttpStream>(std::move(stream));
}

}  // namespace native_opening

Task<Result<std::unique_ptr<HttpStream>>> NativeClient::open(HttpRequest request) {
  return native_opening::opened(std::make_unique<NativeStream>(shared_, std::move(request)), shared_);
}

}  // namespace llmgw::net
