#include "support/tls.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace llmgw::test {
namespace tls {

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* object) const { Free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;

Certificate self_signed(EVP_PKEY* key, const CertificateShape& shape) {
  Certificate certificate(X509_new());
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  constexpr long day_s = 86'400;
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -2 * day_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), shape.lasts_s);
  X509_set_version(certificate.get(), X509_VERSION_3);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const auto* text = reinterpret_cast<const unsigned char*>("llmgw test");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, shape.names);
  X509_add_ext(certificate.get(), names, -1);
  X509_EXTENSION_free(names);
  X509_sign(certificate.get(), key, EVP_sha256());
  return certificate;
}

}  // namespace tls

TlsIdentity::TlsIdentity(const CertificateShape& shape) {
  std::string pattern = (std::filesystem::temp_directory_path() / "llmgw-tls-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
  const tls::Key key(EVP_EC_gen("P-256"));
  const auto certificate = tls::self_signed(key.get(), shape);
  context_ = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(context_, certificate.get());
  SSL_CTX_use_PrivateKey(context_, key.get());
  std::FILE* file = std::fopen(ca_file().c_str(), "w");
  if (file == nullptr) throw std::runtime_error("the certificate cannot be written");
  PEM_write_X509(file, certificate.get());
  std::fclose(file);
  file = std::fopen(key_file().c_str(), "w");
  if (file == nullptr) throw std::runtime_error("the key cannot be written");
  PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
}

void TlsIdentity::want_certificate_of(const TlsIdentity& client) {
  SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_load_verify_file(context_, client.ca_file().c_str());
}

TlsIdentity::~TlsIdentity() {
  SSL_CTX_free(context_);
  std::filesystem::remove_all(folder_);
}

}  // namespace llmgw::test
