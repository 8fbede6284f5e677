#include "core/net/curl_errors.h"

#include <fmt/format.h>

#include "core/net/errors.h"

namespace llmgw::net {
namespace curl_failing {

std::string_view advice(CURLcode result) {
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST: return "check the name and the network";
    case CURLE_COULDNT_RESOLVE_PROXY: return "check the proxy's name (https_proxy)";
    case CURLE_COULDNT_CONNECT: return "is the server running there, on this port?";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "if the server uses a private authority, give its certificate with ca_file";
    case CURLE_SSL_CACERT_BADFILE: return "check ca_file";
    case CURLE_SSL_CERTPROBLEM: return "check client_cert and client_key";
    case CURLE_SSL_CONNECT_ERROR: return "does this port speak TLS?";
    case CURLE_PROXY: return "check the proxy and its credentials";
    default: return "";
  }
}

/// Cut inside the answer: the body's end was promised and did not come.
bool is_cut(CURLcode result) {
  return result == CURLE_PARTIAL_FILE || result == CURLE_RECV_ERROR || result == CURLE_GOT_NOTHING ||
         result == CURLE_HTTP2 || result == CURLE_HTTP2_STREAM || result == CURLE_SEND_ERROR;
}

}  // namespace curl_failing

std::unexpected<Error> curl_failure(CURLcode result, const std::string& name, bool headed,
                                    std::string_view explanation) {
  if (result == CURLE_OPERATION_TIMEDOUT)
    return timed_out(fmt::format("no connection to {} within the time limit", name));
  const std::string_view words = explanation.empty() ? std::string_view(curl_easy_strerror(result)) : explanation;
  if (headed) {
    if (curl_failing::is_cut(result))
      return incomplete(fmt::format("{} closed the connection before the body was complete ({})", name, words));
    return fail(Errc::upstream_protocol, fmt::format("{} sent a broken answer ({})", name, words));
  }
  const std::string_view advice = curl_failing::advice(result);
  if (!advice.empty()) return fail(Errc::network, fmt::format("cannot reach {}: {}; {}", name, words, advice));
  if (curl_failing::is_cut(result))
    return fail(Errc::network, fmt::format("{} closed the connection without an answer ({})", name, words));
  return fail(Errc::upstream_protocol, fmt::format("{} sent a broken answer ({})", name, words));
}

}  // namespace llmgw::net
