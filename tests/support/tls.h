#pragma once

#include <openssl/ssl.h>

#include <filesystem>
#include <string>

namespace llmgw::test {

/// What a certificate says.
struct CertificateShape {
  long lasts_s = 3600;  ///< from now; less than 0: it is over
  const char* names = "IP:127.0.0.1,DNS:localhost";
};

/// A fresh key and a certificate that it signed itself.
class TlsIdentity {
 public:
  explicit TlsIdentity(const CertificateShape& shape = {});
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  [[nodiscard]] SSL_CTX* context() const { return context_; }
  /// A PEM file with the certificate, for clients that are to trust it.
  [[nodiscard]] std::string ca_file() const { return (folder_ / "ca.pem").string(); }
  /// A PEM file with the key.
  [[nodiscard]] std::string key_file() const { return (folder_ / "key.pem").string(); }
  /// From now on the server wants a certificate of its clients, signed by this identity.
  void want_certificate_of(const TlsIdentity& client);

 private:
  SSL_CTX* context_ = nullptr;
  std::filesystem::path folder_;
};

}  // namespace llmgw::test
