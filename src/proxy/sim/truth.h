#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/error.h"
#include "proxy/sim/plan.h"

namespace llmgw::sim {

/// What really happened to one request: one line of the truth file. Times are CLOCK_MONOTONIC nanoseconds.
struct TruthRecord {
  std::string id;  ///< the request's `x-request-id`
  std::string_view api;
  std::string model;
  std::int64_t arrival_ns = 0;
  std::int64_t first_token_sched_ns = 0;
  std::string sent;  ///< JSON elements `[sched_ns,actual_ns,tokens,"channel"]`, joined with commas
  std::string finish;
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::string fault;  ///< what was made to go wrong, or empty
  bool client_left = false;

  /// Notes a write.
  void add(std::int64_t sched_ns, std::int64_t actual_ns, const Step& step);
  [[nodiscard]] std::string line() const;
};

/// The truth file. Lines of several threads do not mix: each is appended with one write.
class TruthFile {
 public:
  /// Begins the file anew. Errors are `config`.
  static Result<std::unique_ptr<TruthFile>> create(const std::string& path);
  ~TruthFile();
  TruthFile(const TruthFile&) = delete;
  TruthFile& operator=(const TruthFile&) = delete;
  void append(const TruthRecord& record) const;

 private:
  explicit TruthFile(int file) : file_(file) {}
  int file_;
};

}  // namespace llmgw::sim
