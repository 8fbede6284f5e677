#include "core/bench/plan.h"

#include <cmath>

namespace llmgw::bench {
namespace planning {

constexpr double ns_per_s = 1e9;

}  // namespace planning

Schedule::Schedule(const Load& load, Moment start) : load_(load), start_(start) {
  if (load_.duration) end_ = start_ + load_.duration->count();
}

Moment Schedule::due() const {
  return start_ + std::llround(static_cast<double>(arrivals_) * planning::ns_per_s / load_.rate);
}

Arrival Schedule::next(Moment now, std::int64_t in_flight) {
  const bool paced = load_.kind == Load::Kind::constant;
  const Moment at = paced ? due() : now;
  if (load_.requests && arrivals_ >= *load_.requests) return {};
  if (end_ && at >= *end_) return {};
  if (at > now) return {Arrival::Kind::wait, at, 0};
  const auto index = issued();
  ++arrivals_;
  if (!paced || in_flight < load_.max_inflight) return {Arrival::Kind::go, at, index};
  ++dropped_;
  return {Arrival::Kind::drop, at, 0};
}

}  // namespace llmgw::bench
