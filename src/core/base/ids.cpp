#include "core/base/ids.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <random>

namespace llmgw {
namespace ids {

// splitmix64 spreads a small seed over the whole state, as the authors of xoshiro recommend
// (https://prng.di.unimi.it/).
std::uint64_t splitmix(std::uint64_t& x) {
  x += 0x9e3779b97f4a7c15ULL;
  auto z = x;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

}  // namespace ids

IdSource::IdSource(std::uint64_t seed) : state_{} {
  for (auto& word : state_) word = ids::splitmix(seed);
}

std::uint64_t IdSource::next() {
  const auto result = std::rotl(state_[1] * 5, 7) * 9;
  const auto t = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double IdSource::uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

std::string IdSource::make(std::string_view prefix, int length) {
  static constexpr std::string_view alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string id;
  id.reserve(prefix.size() + static_cast<std::size_t>(length));
  id = prefix;
  id.resize(prefix.size() + static_cast<std::size_t>(length));
  // 62^10 < 2^60: one draw makes ten characters.
  constexpr std::ptrdiff_t per_draw = 10;
  char* at = id.data() + prefix.size();
  char* const end = id.data() + id.size();
  while (at != end) {
    auto bits = next();
    for (char* const stop = at + std::min(per_draw, end - at); at != stop; ++at) {
      *at = alphabet[bits % alphabet.size()];
      bits /= alphabet.size();
    }
  }
  return id;
}

std::uint64_t random_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

}  // namespace llmgw
