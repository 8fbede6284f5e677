#pragma once

#include <atomic>
#include <cstddef>

namespace llmgw::server {

/// What the bodies of all requests may take together, whichever thread reads them. Small ones are not counted: the
/// limit on connections bounds them, and most requests then touch nothing that threads share.
class BodyBudget {
 public:
  /// Bytes up to which a body is not counted.
  static constexpr std::size_t small = std::size_t{64} << 10U;

  /// `limit` in bytes.
  explicit BodyBudget(std::size_t limit) : limit_(limit) {}
  /// Bytes of the bodies that are counted now.
  [[nodiscard]] std::size_t taken() const { return taken_.load(std::memory_order_relaxed); }

 private:
  friend class BodyShare;

  bool take(std::size_t bytes) {
    if (taken_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit_) return true;
    give(bytes);
    return false;
  }
  void give(std::size_t bytes) { taken_.fetch_sub(bytes, std::memory_order_relaxed); }

  const std::size_t limit_;
  std::atomic<std::size_t> taken_ = 0;
};

/// What one connection has of the budget; given back at the end.
class BodyShare {
 public:
  /// Without a budget there is no bound. It must outlive the share.
  explicit BodyShare(BodyBudget* budget) : budget_(budget) {}
  ~BodyShare() { hold(0); }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  /// The connection's body has this size now. False when there is no room for more; then the share stays as it was.
  bool hold(std::size_t bytes) {
    const auto wanted = bytes > BodyBudget::small ? bytes : 0;
    if (budget_ == nullptr || wanted == held_) return true;
    if (wanted < held_) {
      budget_->give(held_ - wanted);
    } else if (!budget_->take(wanted - held_)) {
      return false;
    }
    held_ = wanted;
    return true;
  }

 private:
  BodyBudget* budget_;
  std::size_t held_ = 0;
};

}  // namespace llmgw::server
