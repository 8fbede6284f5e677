#pragma once

#include <chrono>
#include <cstdint>

namespace llmgw::proxy {

/// When one server is to be asked next. Times are monotonic nanoseconds. While all is well that is once an interval; a
/// server that is not well is asked again sooner, as is one that somebody looks at or that failed a request.
class Due {
 public:
  using milliseconds = std::chrono::milliseconds;
  static constexpr milliseconds least{1'000};     ///< never asked more often than this
  static constexpr milliseconds again{2'000};     ///< after the first failure; each further one doubles it
  static constexpr milliseconds longest{30'000};  ///< to what it grows
  static constexpr milliseconds fresh{5'000};     ///< an answer of this age is news enough for whoever looks

  /// `eager`: looks of others may bring the next question forward.
  Due(milliseconds interval, bool eager) : interval_(interval), eager_(eager) {}

  /// The next question is due at this time; at once for a server that was never asked.
  [[nodiscard]] std::int64_t at_ns() const { return at_ns_; }
  /// It was asked, and answered that all is well or not.
  void asked(std::int64_t now_ns, bool well);
  /// Takes the interval of another, as a new configuration sets it.
  void pace_of(const Due& other);
  /// A request to it has failed.
  void suspect() { bring_forward(asked_ns_ + in_ns(least)); }
  /// Somebody wants to know how it is.
  void look() {
    if (eager_) bring_forward(asked_ns_ + in_ns(fresh));
  }

 private:
  static std::int64_t in_ns(milliseconds time) { return std::chrono::nanoseconds(time).count(); }
  void bring_forward(std::int64_t to_ns) {
    if (to_ns < at_ns_) at_ns_ = to_ns;
  }

  milliseconds interval_;
  bool eager_;
  milliseconds pause_{0};  ///< the last one after a failure
  std::int64_t asked_ns_ = 0;
  std::int64_t at_ns_ = 0;
};

}  // namespace llmgw::proxy
