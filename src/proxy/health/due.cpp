#include "proxy/health/due.h"

#include <algorithm>

namespace llmgw::proxy {

void Due::pace_of(const Due& other) {
  interval_ = other.interval_;
  eager_ = other.eager_;
  if (asked_ns_ != 0) bring_forward(asked_ns_ + in_ns(interval_));
}

void Due::asked(std::int64_t now_ns, bool well) {
  asked_ns_ = now_ns;
  pause_ = well ? milliseconds(0) : std::clamp(pause_ * 2, again, longest);
  at_ns_ = now_ns + in_ns(well ? interval_ : std::min(interval_, pause_));
}

}  // namespace llmgw::proxy
