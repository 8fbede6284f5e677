#include "proxy/pipeline/upstream_get.h"

#include <utility>

#include "proxy/pipeline/answer_body.h"
#include "proxy/pipeline/headers.h"

namespace llmgw::proxy {

net::HttpRequest own_request(const Exchange& exchange, const Upstream& upstream, std::string method,
                             std::string_view path) {
  net::HttpRequest request;
  request.endpoint = upstream.endpoint;
  request.deadlines = upstream.deadlines;
  request.message.method = std::move(method);
  request.message.target = upstream.base_path + std::string(path);
  // A native Messages upstream wants the client's anthropic-version and betas.
  request.message.headers = upstream_headers(exchange, upstream, upstream.dialect == exchange.client);
  return request;
}

std::string model_list_path(const Upstream& upstream) {
  return upstream.dialect == &dialect::anthropic_messages ? "/models?limit=1000" : "/models";
}

net::Task<Result<net::HttpResponse>> get(const Exchange& exchange, const Upstream& upstream, std::string path,
                                         Services& services) {
  auto request = own_request(exchange, upstream, "GET", path);
  co_return co_await net::fetch(services.client, std::move(request), answer_limit.bytes);
}

}  // namespace llmgw::proxy
