#include <fmt/format.h>

#include <algorithm>

#include "core/gpu/health.h"
#include "core/gpu/pages.h"
#include "core/health/deep/asking.h"
#include "core/health/judges.h"

namespace llmgw::health::deep {
namespace deep_gpus {

State state_of(llmgw::gpu::State state) {
  switch (state) {
    case llmgw::gpu::State::crit: return State::crit;
    case llmgw::gpu::State::warn: return State::warn;
    case llmgw::gpu::State::ok: return State::ok;
    default: return State::unknown;
  }
}

/// The verdict on all GPUs of some hosts: the worst of them, and what it is about.
Finding verdict(const std::vector<llmgw::gpu::Snapshot>& hosts) {
  std::size_t count = 0;
  Finding finding{State::ok, "ok", {}};
  for (const auto& host : hosts) {
    const auto verdicts = llmgw::gpu::judge(host, nullptr, {});
    for (std::size_t i = 0; i < verdicts.size(); ++i, ++count) {
      const auto state = state_of(verdicts[i].state);
      if (state <= finding.state) continue;
      finding.state = state;
      finding.code = "gpu_unwell";
      const auto wrong = std::ranges::find(verdicts[i].findings, verdicts[i].state, &llmgw::gpu::Finding::state);
      const auto why = wrong == verdicts[i].findings.end() ? std::string() : ": " + wrong->says;
      finding.message = fmt::format("GPU {}{}", host.gpus[i].index, why);
    }
  }
  if (count == 0) return {State::unknown, "gpu_unreadable", "no GPU is told of"};
  if (finding.state == State::ok) finding.message = fmt::format("{} GPU{}", count, count == 1 ? "" : "s");
  finding.figures.push_back({"", static_cast<double>(count), Unit::count});
  return finding;
}

}  // namespace deep_gpus

Plan gpu_plan(const Facts& facts, const Expectations& /*unused*/) {
  if (facts.gpu_page) return std::vector{Question{.path = "{dcgm}"}};
  if (!facts.local_gpus) {
    return std::unexpected(judges::not_applicable("its GPUs are not this machine's, and it has no dcgm_url"));
  }
  return std::vector<Question>{};
}

Finding gpu(const Facts& facts, const Expectations& /*unused*/) {
  const auto [exchanges, instead] = answers_to(facts, "gpu", facts.gpu_page ? 1 : 0);
  if (exchanges == nullptr) return instead;
  if (exchanges->empty()) {
    const auto& local = *facts.local_gpus;
    // A machine without GPUs serves from its processors, which is no fault.
    if (!local) return judges::not_applicable(local.error().message);
    return deep_gpus::verdict({*local});
  }
  const auto& reply = exchanges->front().reply;
  if (auto finding = judges::unasked(reply)) return *std::move(finding);
  if (!reply.ok()) return {State::unknown, "gpu_unreadable", judges::told(reply)};
  const auto hosts = llmgw::gpu::pages::read(llmgw::metrics::Exposition::parse(reply.body));
  if (!hosts) return {State::unknown, "gpu_unreadable", hosts.error().message};
  return deep_gpus::verdict(*hosts);
}

}  // namespace llmgw::health::deep
