#include "core/net/curl_certificate.h"

#include <algorithm>
#include <string_view>

#include "core/base/written_time.h"
#include "core/net/curl_library.h"

namespace llmgw::net {
namespace curl_certificate {

/// The value of a line `Name:value`, or empty.
std::string_view value_of(std::string_view line, std::string_view name) {
  if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') return {};
  return line.substr(name.size() + 1);
}

void take(PeerCertificate& peer, std::string_view line, bool own) {
  if (const auto subject = value_of(line, "Subject"); own && !subject.empty()) peer.subject = subject;
  if (const auto issuer = value_of(line, "Issuer"); own && !issuer.empty()) peer.issuer = issuer;
  if (const auto end = parse_certificate_time(value_of(line, "Expire date"))) {
    peer.expires_unix = std::min(*end, peer.expires_unix.value_or(*end));
  }
}

}  // namespace curl_certificate

std::optional<PeerCertificate> peer_certificate(CURL* easy) {
  curl_certinfo* chain = nullptr;
  if (curl().easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr) return std::nullopt;
  if (chain->num_of_certs == 0) return std::nullopt;
  PeerCertificate peer;
  for (int i = 0; i < chain->num_of_certs; ++i) {
    for (const auto* line = chain->certinfo[i]; line != nullptr; line = line->next) {
      curl_certificate::take(peer, line->data, i == 0);
    }
  }
  return peer;
}

}  // namespace llmgw::net
