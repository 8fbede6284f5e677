#include "proxy/sim/tally.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "core/json/writer.h"

namespace llmgw::sim {
namespace tallies {

// vLLM's own buckets (vllm/v1/metrics/loggers.py).
constexpr std::array first_token{0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1,  0.25,  0.5,   0.75,
                                 1.0,   2.5,   5.0,  7.5,  10.0, 20.0, 40.0, 80.0, 160.0, 640.0, 2560.0};
constexpr std::array inter_token{0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2,  0.3,  0.4, 0.5,
                                 0.75, 1.0,   2.5,  5.0,   7.5, 10.0, 20.0, 40.0, 80.0};
constexpr std::array whole{0.3,  0.5,  0.8,  1.0,  1.5,   2.0,   2.5,   5.0,   10.0,   15.0,  20.0,
                           30.0, 40.0, 50.0, 60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 7680.0};
constexpr std::array lateness{0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 1.0};
constexpr std::array<std::string_view, 4> finish_words{"stop", "length", "abort", "error"};

std::size_t word_of(ir::FinishReason reason) {
  switch (reason) {
    case ir::FinishReason::stop:
    case ir::FinishReason::tool_calls:
    case ir::FinishReason::content_filter: return 0;
    case ir::FinishReason::length: return 1;
    case ir::FinishReason::none: return 2;
    case ir::FinishReason::error: return 3;
  }
  return 3;
}

void line(std::string& out, std::string_view name, std::string_view labels, double value) {
  fmt::format_to(std::back_inserter(out), "{}{{{}}} {}\n", name, labels, value);
}

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

}  // namespace tallies

void TallyHistogram::observe(double seconds) {
  std::size_t bucket = 0;
  while (bucket < bounds_.size() && seconds > bounds_[bucket]) ++bucket;
  counts_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_ns_.fetch_add(static_cast<std::uint64_t>(std::llround(seconds * 1e9)), std::memory_order_relaxed);
}

void TallyHistogram::write(std::string& out, std::string_view name, std::string_view labels) const {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i <= bounds_.size(); ++i) {
    total += counts_[i].load(std::memory_order_relaxed);
    const auto bound = i < bounds_.size() ? fmt::format("{}", bounds_[i]) : std::string("+Inf");
    fmt::format_to(std::back_inserter(out), "{}_bucket{{{},le=\"{}\"}} {}\n", name, labels, bound, total);
  }
  const auto sum = static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) / 1e9;
  fmt::format_to(std::back_inserter(out), "{0}_sum{{{1}}} {2}\n{0}_count{{{1}}} {3}\n", name, labels, sum, total);
}

Tally::Tally()
    : first_token(tallies::first_token),
      inter_token(tallies::inter_token),
      whole(tallies::whole),
      lateness(tallies::lateness) {}

void Tally::finished(ir::FinishReason reason) {
  finished_[tallies::word_of(reason)].fetch_add(1, std::memory_order_relaxed);
}

std::string Tally::page(std::string_view model) const {
  using namespace tallies;
  const auto labels = fmt::format("engine=\"0\",model_name={}", json::quoted(model));
  std::string out;
  const auto gauge = [&](std::string_view name, std::string_view help, double value) {
    head(out, name, "gauge", help);
    line(out, name, labels, value);
  };
  const auto counter = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    head(out, name, "counter", help);
    line(out, name, labels, static_cast<double>(value));
  };
  gauge("vllm:num_requests_running", "Requests being answered.",
        static_cast<double>(running.load(std::memory_order_relaxed)));
  gauge("vllm:num_requests_waiting", "Requests waiting to be answered; the simulator has no queue.", 0);
  gauge("vllm:kv_cache_usage_perc", "KV-cache usage; the simulator has none.", 0);
  counter("vllm:num_preemptions_total", "Requests pushed back; the simulator pushes none.", 0);
  counter("vllm:prompt_tokens_total", "Prompt tokens read.", prompt_tokens.load(std::memory_order_relaxed));
  counter("vllm:generation_tokens_total", "Tokens sent.", generation_tokens.load(std::memory_order_relaxed));
  head(out, "vllm:request_success_total", "counter", "Requests answered, by the reason for their end.");
  for (std::size_t i = 0; i < finish_words.size(); ++i)
    line(out, "vllm:request_success_total", fmt::format("{},finished_reason=\"{}\"", labels, finish_words[i]),
         static_cast<double>(finished_[i].load(std::memory_order_relaxed)));
  head(out, "vllm:time_to_first_token_seconds", "histogram", "From arrival to the first token.");
  first_token.write(out, "vllm:time_to_first_token_seconds", labels);
  head(out, "vllm:inter_token_latency_seconds", "histogram", "Between tokens.");
  inter_token.write(out, "vllm:inter_token_latency_seconds", labels);
  head(out, "vllm:e2e_request_latency_seconds", "histogram", "From arrival to the end.");
  whole.write(out, "vllm:e2e_request_latency_seconds", labels);
  head(out, "llmgw_sim_lateness_seconds", "histogram", "From an event's moment to when it was really written.");
  lateness.write(out, "llmgw_sim_lateness_seconds", labels);
  return out;
}

}  // namespace llmgw::sim
