// Parses a metrics page of 5 MB as vLLM writes it, with many engines, again and again, and prints the median speed.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "core/metrics/exposition.h"

namespace exposition_bench {

void append_histogram(std::string& page, const std::string& name, const std::string& labels) {
  constexpr std::array bounds{"0.001", "0.005", "0.01", "0.02",  "0.04",  "0.06",   "0.08", "0.1",
                              "0.25",  "0.5",   "0.75", "1.0",   "2.5",   "5.0",    "7.5",  "10.0",
                              "20.0",  "40.0",  "80.0", "160.0", "640.0", "2560.0", "+Inf"};
  int below = 0;
  for (const auto* bound : bounds) {
    page += name + "_bucket{" + labels + ",le=\"" + bound + "\"} " + std::to_string(below += 137) + ".0\n";
  }
  page += name + "_count{" + labels + "} " + std::to_string(below) + ".0\n";
  page += name + "_sum{" + labels + "} 1234.5678901234\n";
}

std::string page_of(std::size_t bytes) {
  std::string page;
  for (int engine = 0; page.size() < bytes; ++engine) {
    const auto labels = "engine=\"" + std::to_string(engine) + "\",model_name=\"deepseek-ai/DeepSeek-V4-Pro\"";
    for (const auto* gauge : {"num_requests_running", "num_requests_waiting", "kv_cache_usage_perc"}) {
      page += "# HELP vllm:" + std::string(gauge) + " Text that explains what the metric is.\n";
      page += "# TYPE vllm:" + std::string(gauge) + " gauge\n";
      page += "vllm:" + std::string(gauge) + "{" + labels + "} 0.4375\n";
    }
    for (const auto* histogram : {"time_to_first_token_seconds", "inter_token_latency_seconds",
                                  "e2e_request_latency_seconds", "request_queue_time_seconds"}) {
      page += "# TYPE vllm:" + std::string(histogram) + " histogram\n";
      append_histogram(page, "vllm:" + std::string(histogram), labels);
    }
  }
  return page;
}

}  // namespace exposition_bench

int main() {
  using Clock = std::chrono::steady_clock;
  const auto page = exposition_bench::page_of(5'000'000);
  std::array<double, 21> speeds{};
  std::size_t series = 0;
  for (auto& speed : speeds) {
    auto copy = page;
    const auto start = Clock::now();
    const auto parsed = llmgw::metrics::Exposition::parse(std::move(copy));
    const std::chrono::duration<double> took = Clock::now() - start;
    speed = static_cast<double>(page.size()) / took.count() / 1e6;
    series = parsed.all().size();
  }
  std::ranges::sort(speeds);
  std::printf("%zu bytes, %zu series: %.0f MB/s (median of %zu; slowest %.0f, fastest %.0f)\n", page.size(), series,
              speeds[speeds.size() / 2], speeds.size(), speeds.front(), speeds.back());
  return speeds[speeds.size() / 2] >= 200 ? 0 : 10;
}
