// The options of a CurlStream's handle.
#include <limits>
#include <string>

#include "core/base/clock.h"
#include "core/net/curl_library.h"
#include "core/net/curl_stream.h"
#include "core/net/proxy_rules.h"

namespace llmgw::net {
namespace curl_setup {

/// These belong to libcurl or end with this connection.
bool is_own(std::string_view name) {
  for (const std::string_view own : {"host", "content-length", "transfer-encoding", "connection", "expect"})
    if (http::same_name(name, own)) return true;
  return false;
}

bool is_safe(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void append(curl_slist*& list, const std::string& line) {
  if (auto* longer = curl().slist_append(list, line.c_str())) list = longer;
}

curl_slist* header_list(const http::Headers& headers) {
  curl_slist* list = nullptr;
  for (const auto& line : headers) {
    if (is_own(line.name) || !is_safe(line.name) || !is_safe(line.value)) continue;
    const auto text = line.wire.substr(0, line.wire.size() - 2);
    append(list, line.value.empty() ? std::string(line.name) + ';' : std::string(text));  // "name:" would remove it
  }
  // What libcurl would add unasked. Waiting for 100 Continue only costs time here.
  append(list, "Expect:");
  if (!headers.contains("accept")) append(list, "Accept:");
  if (!headers.contains("content-type")) append(list, "Content-Type:");
  return list;
}

/// libcurl takes zero for its own 300 seconds, and has no word for no limit: three weeks are one.
long connect_limit_ms(milliseconds limit) {
  return limit.count() > 0 ? static_cast<long>(limit.count()) : std::numeric_limits<int>::max();
}

void set_text(CURL* easy, CURLoption option, const std::string& text) {
  if (!text.empty()) curl().easy_setopt(easy, option, text.c_str());
}

/// libcurl keeps the authorities it has read, and reads them but once, as long as no folder of them is named
/// (lib/vtls/openssl.c, Curl_ssl_setup_x509_store). Debian's names one beside the file that holds the same.
void set_authorities(CURL* easy, const std::string& ca_file) {
  const bool has_file = !ca_file.empty() || curl().version_info(CURLVERSION_NOW)->cainfo != nullptr;
  if (has_file) curl().easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  set_text(easy, CURLOPT_CAINFO, ca_file);
}

}  // namespace curl_setup

void CurlStream::set_request() {
  const http::Request& message = request_.message;
  const Endpoint& endpoint = *request_.endpoint;
  const std::string url = (endpoint.tls ? "https://" : "http://") + endpoint.authority() + message.target;
  curl().easy_setopt(easy_, CURLOPT_URL, url.c_str());
  curl().easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);
  curl().easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl().easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  const std::string_view body = request_.body();
  if (message.method == "HEAD") {
    curl().easy_setopt(easy_, CURLOPT_NOBODY, 1L);
  } else if (message.method != "GET" || !body.empty()) {
    // The body is not copied: it stays where it is, since an answer may begin while it is still being sent.
    curl().easy_setopt(easy_, CURLOPT_POSTFIELDS, body.data());
    curl().easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    if (message.method != "POST") curl().easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, message.method.c_str());
  }
  headers_ = curl_setup::header_list(message.headers);
  curl().easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
}

void CurlStream::set_transport(const ClientOptions& options) {
  const Endpoint& endpoint = *request_.endpoint;
  // No signal handlers in a threaded process (SigpipeGuard does without); and leaving must not wait for a name look-up
  // that hangs.
  curl().easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl().easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);
  curl().easy_setopt(easy_, CURLOPT_ERRORBUFFER, explanation_.data());
  // The connection is there and the request about to leave. When a large body's last byte left, libcurl does not tell.
  const curl_prereq_callback leaving = [](void* self, char*, char*, int, int) {
    static_cast<CurlStream*>(self)->sent_ns_ = SystemClock().now_ns();
    return CURL_PREREQFUNC_OK;
  };
  curl().easy_setopt(easy_, CURLOPT_PREREQFUNCTION, leaving);
  curl().easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  curl().easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &CurlStream::on_header);
  curl().easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl().easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl().easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &CurlStream::on_body);
  curl().easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl().easy_setopt(easy_, CURLOPT_HTTP_CONTENT_DECODING, 0L);  // we inflate, with a flush after each read
  curl().easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl().easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl().easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, curl_setup::connect_limit_ms(request_.deadlines.connect));
  curl().easy_setopt(easy_, CURLOPT_MAXAGE_CONN, static_cast<long>(options.idle_limit.count() / 1000));
  curl().easy_setopt(easy_, CURLOPT_DNS_CACHE_TIMEOUT, static_cast<long>(options.dns_ttl.count() / 1000));
  // An empty string keeps libcurl from reading the environment on its own.
  curl().easy_setopt(easy_, CURLOPT_PROXY, proxy_for(options.proxies, endpoint).c_str());
  curl().easy_setopt(easy_, CURLOPT_NOPROXY, "");
  curl().easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl().easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, endpoint.insecure_tls ? 0L : 1L);
  curl().easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, endpoint.insecure_tls ? 0L : 2L);
  if (!endpoint.address.empty()) {
    const bool v6 = endpoint.address.contains(':');
    curl_setup::append(route_, std::string("::") + (v6 ? '[' + endpoint.address + ']' : endpoint.address) + ":");
    curl().easy_setopt(easy_, CURLOPT_CONNECT_TO, route_);
  }
  curl_setup::set_authorities(easy_, endpoint.ca_file);
  curl().easy_setopt(easy_, CURLOPT_CERTINFO, request_.certificate ? 1L : 0L);
  curl_setup::set_text(easy_, CURLOPT_SSLCERT, endpoint.client_cert);
  curl_setup::set_text(easy_, CURLOPT_SSLKEY, endpoint.client_key);
}

}  // namespace llmgw::net
