#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/secret.h"

namespace llmgw::doctor {

/// Takes out of a text what is or may be a credential, for a report that others read.
class Redactor {
 public:
  /// `secrets`: values that are known; short ones are words of any text and are left. `home`: shown as `~`; may be
  /// empty.
  Redactor(std::vector<Secret> secrets, std::string home) : secrets_(std::move(secrets)), home_(std::move(home)) {}

  /// The text with `[redacted]` in place of known secrets, of texts in the shape of keys (`sk-...`, `AKIA...`, JSON Web
  /// Tokens), of what follows `Bearer `, and of the user's part of an address.
  [[nodiscard]] std::string operator()(std::string_view text) const;

 private:
  std::vector<Secret> secrets_;
  std::string home_;
};

}  // namespace llmgw::doctor
