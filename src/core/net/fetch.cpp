#include <fmt/format.h>

#include "core/net/http_client.h"

namespace llmgw::net {

Task<Result<HttpResponse>> fetch(HttpClient& client, HttpRequest request, std::size_t max_body) {
  CO_TRY(auto stream, co_await client.open(std::move(request)));
  CO_TRY([[maybe_unused]] const bool headed, co_await stream->await_head(milliseconds(0)));
  HttpResponse response;
  response.head = stream->head();
  for (;;) {
    CO_TRY(const Chunk chunk, co_await stream->next(milliseconds(0)));
    if (chunk.kind == Chunk::Kind::end) co_return response;
    if (response.body.size() + chunk.bytes.size() > max_body)
      co_return fail(Errc::upstream_protocol, fmt::format("the answer is larger than {} bytes", max_body));
    response.body.append(chunk.bytes);
  }
}

}  // namespace llmgw::net
