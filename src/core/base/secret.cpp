#include "core/base/secret.h"

#include <openssl/crypto.h>

#include <utility>

namespace llmgw {
namespace secrets {

/// Overwrites all that a string holds, also behind its end: what was moved out of a short one is still there.
void wipe(std::string& text) noexcept {
  text.resize(text.capacity());
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace secrets

Secret::Secret(std::string value) : value_(std::move(value)) { secrets::wipe(value); }

Secret::Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { secrets::wipe(other.value_); }

Secret& Secret::operator=(const Secret& other) {
  if (this == &other) return *this;
  secrets::wipe(value_);
  value_ = other.value_;
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  secrets::wipe(value_);
  value_ = std::move(other.value_);
  secrets::wipe(other.value_);
  return *this;
}

Secret::~Secret() { secrets::wipe(value_); }

bool Secret::equals(std::string_view other) const {
  return value_.size() == other.size() && CRYPTO_memcmp(value_.data(), other.data(), other.size()) == 0;
}

}  // namespace llmgw
