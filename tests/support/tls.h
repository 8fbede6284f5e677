#pragma once

#include <openssl/ssl.h>

#include <filesystem>
#include <string>

namespace llmgw::test {

/// A fresh key and a certificate for 127.0.0.1 and localhost that it signed itself.
class TlsIdentity {
 public:
  TlsIdentity();
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  [[nodiscard]] SSL_CTX* context() const { return context_; }
  /// A PEM file with the certificate, for clients that are to trust it.
  [[nodiscard]] std::string ca_file() const { return (folder_ / "ca.pem").string(); }

 private:
  SSL_CTX* context_ = nullptr;
  std::filesystem::path folder_;
};

}  // namespace llmgw::test
