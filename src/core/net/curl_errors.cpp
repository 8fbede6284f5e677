#include "core/net/curl_errors.h"

#include <fmt/format.h>

#include "core/net/curl_library.h"
#include "core/net/errors.h"

namespace llmgw::net {
namespace curl_failing {

std::string_view advice(CURLcode result, NetFault fault) {
  if (fault == NetFault::client_certificate) return "check client_cert and client_key";
  if (fault == NetFault::certificate_expired) return "renew the server's certificate, or check this machine's clock";
  if (fault == NetFault::certificate_name) return "use a name that the certificate has";
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST: return "check the name and the network";
    case CURLE_COULDNT_RESOLVE_PROXY: return "check the proxy's name (https_proxy)";
    case CURLE_COULDNT_CONNECT: return "is the server running there, on this port?";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "if the server uses a private authority, give its certificate with ca_file";
    case CURLE_SSL_CACERT_BADFILE: return "check ca_file";
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

// What X509_verify_cert leaves behind: the numbers of openssl/x509_vfy.h, which are part of OpenSSL's ABI. A name that
// does not fit is found by libcurl itself, after the chain was found good (0) or before it was looked at (1).
NetFault certificate_fault(CURL* easy) {
  long verdict = 0;
  curl().easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
  switch (verdict) {
    case 0:
    case 1:
    case 62: return NetFault::certificate_name;         // X509_V_ERR_HOSTNAME_MISMATCH
    case 9:                                             // X509_V_ERR_CERT_NOT_YET_VALID
    case 10: return NetFault::certificate_expired;      // X509_V_ERR_CERT_HAS_EXPIRED
    case 18:                                            // X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT
    case 19: return NetFault::certificate_self_signed;  // X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN
    default: return NetFault::certificate_untrusted;
  }
}

// TLS 1.3 lets a client finish its handshake before the server refuses its certificate (RFC 8446 section 4.4.2.4), so
// that arrives as a read that fails, and only OpenSSL's reason tells.
bool wants_client_certificate(std::string_view words) {
  return words.contains("alert certificate required") || words.contains("alert bad certificate");
}

NetFault fault_of(const CurlFailure& failure, std::string_view words) {
  if (wants_client_certificate(words)) return NetFault::client_certificate;
  switch (failure.result) {
    case CURLE_COULDNT_RESOLVE_HOST: return NetFault::look_up;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
    case CURLE_COULDNT_CONNECT: return NetFault::connect;
    case CURLE_PEER_FAILED_VERIFICATION: return certificate_fault(failure.easy);
    case CURLE_SSL_CERTPROBLEM: return NetFault::client_certificate;
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CONNECT_ERROR: return NetFault::handshake;
    default: return NetFault::exchange;
  }
}

std::unexpected<Error> broken(const std::string& name, std::string_view words) {
  auto error = fail(Errc::upstream_protocol, fmt::format("{} sent a broken answer ({})", name, words));
  error.error().fault = NetFault::exchange;
  return error;
}

}  // namespace curl_failing

NetFault curl_progress(CURL* easy) {
  curl_off_t looked_up_us = 0;
  curl_off_t connected_us = 0;
  curl().easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &looked_up_us);
  curl().easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected_us);
  if (connected_us > 0) return NetFault::handshake;
  return looked_up_us > 0 ? NetFault::connect : NetFault::look_up;
}

std::unexpected<Error> curl_failure(const CurlFailure& failure, const std::string& name) {
  const auto result = failure.result;
  if (result == CURLE_OPERATION_TIMEDOUT) {
    const auto fault = failure.sent ? NetFault::exchange : curl_progress(failure.easy);
    return timed_out(fault, fmt::format("no connection to {} within the time limit", name));
  }
  const auto words = failure.explanation.empty() ? std::string_view(curl().easy_strerror(result)) : failure.explanation;
  if (failure.headed) {
    if (curl_failing::is_cut(result))
      return incomplete(fmt::format("{} closed the connection before the body was complete ({})", name, words));
    return curl_failing::broken(name, words);
  }
  const auto fault = curl_failing::fault_of(failure, words);
  if (const auto advice = curl_failing::advice(result, fault); !advice.empty())
    return unreachable(fault, fmt::format("cannot reach {}: {}; {}", name, words, advice));
  if (curl_failing::is_cut(result))
    return unreachable(fault, fmt::format("{} closed the connection without an answer ({})", name, words));
  return curl_failing::broken(name, words);
}

}  // namespace llmgw::net
