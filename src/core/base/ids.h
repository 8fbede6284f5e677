#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace llmgw {

/// A source of ids and other harmless randomness (xoshiro256**); one per worker, seedable for tests.
/// Not for secrets: those come from OpenSSL's generator.
class IdSource {
 public:
  explicit IdSource(std::uint64_t seed);
  /// `prefix` followed by `length` letters and digits, e.g. `make("chatcmpl-", 29)`.
  std::string make(std::string_view prefix, int length);
  /// 64 random bits.
  std::uint64_t next();
  /// Uniform in [0, 1).
  double uniform();

 private:
  std::uint64_t state_[4];
};

/// A seed from the kernel's random source.
std::uint64_t random_seed();

}  // namespace llmgw
