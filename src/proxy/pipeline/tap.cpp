#include "proxy/pipeline/tap.h"

#include <algorithm>

#include "core/base/overloaded.h"

namespace llmgw::proxy {

void Tap::see(const ir::Events& events, std::int64_t now_ns) {
  if (!events.empty()) {
    if (first_token_ns_ != 0) longest_gap_ns_ = std::max(longest_gap_ns_, now_ns - last_ns_);
    last_ns_ = now_ns;
  }
  for (const auto& event : events) {
    output_.add(event);
    std::visit(overloaded{
                   [&](const ir::BlockOpen&) { spoke_ = true; },
                   [&](const ir::Delta&) {
                     spoke_ = true;
                     if (first_token_ns_ == 0) first_token_ns_ = now_ns;
                   },
                   [&](const ir::Usage& usage) { usage_ = usage; },
                   [&](const ir::Finish& finish) { finish_ = finish.reason; },
                   [&](const ir::Fault& fault) { fault_ = fault.error; },
                   [&](const ir::End&) { ended_ = true; },
                   [](const auto&) {},
               },
               event);
  }
}

ir::Usage Tap::estimate(std::int64_t input_estimate) const {
  ir::Usage usage;
  usage.input_total = input_estimate;
  usage.output_total = output_.tokens();
  usage.output_reasoning = output_.reasoning_tokens();
  usage.estimated = true;
  return usage;
}

}  // namespace llmgw::proxy
