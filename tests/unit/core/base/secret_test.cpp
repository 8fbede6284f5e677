#include "core/base/secret.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <utility>

namespace secret_test {

using llmgw::Secret;

/// A secret whose memory can be looked at.
class Glass {
 public:
  explicit Glass(std::string value) : secret_(new (room_.data()) Secret(std::move(value))) {}
  ~Glass() { std::destroy_at(secret_); }
  Glass(const Glass&) = delete;
  Glass& operator=(const Glass&) = delete;

  Secret& operator*() { return *secret_; }
  [[nodiscard]] bool shows(std::string_view text) const {
    return std::string_view(reinterpret_cast<const char*>(room_.data()), room_.size()).contains(text);
  }

 private:
  alignas(Secret) std::array<std::byte, sizeof(Secret)> room_{};
  Secret* secret_;
};

TEST_CASE("a short secret leaves nothing behind where it was moved from", "[base]") {
  Glass glass("short-key");
  REQUIRE(glass.shows("hort-key"));
  Secret taken(std::move(*glass));
  CHECK(taken.reveal() == "short-key");
  CHECK_FALSE(glass.shows("hort-key"));
  *glass = std::move(taken);
  REQUIRE(glass.shows("hort-key"));
  Secret other;
  other = std::move(*glass);
  CHECK(other.reveal() == "short-key");
  CHECK_FALSE(glass.shows("hort-key"));
}

TEST_CASE("a secret that gets another value keeps nothing of the old one", "[base]") {
  Glass glass("short-key");
  const Secret next("n");
  *glass = next;
  CHECK((*glass).reveal() == "n");
  CHECK_FALSE(glass.shows("key"));
  *glass = Secret("another-key");
  CHECK_FALSE(glass.shows("short"));
  CHECK((*glass).reveal() == "another-key");
}

TEST_CASE("a secret can be copied, compared and assigned to itself", "[base]") {
  Secret first("a longer secret than fits into the string's own room");
  const Secret second = first;
  CHECK(first == second);
  auto& same = first;
  first = same;
  CHECK(first.equals("a longer secret than fits into the string's own room"));
  CHECK_FALSE(first == Secret("another"));
  CHECK(Secret().empty());
}

}  // namespace secret_test
