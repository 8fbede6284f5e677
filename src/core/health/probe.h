#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "core/health/finding.h"
#include "core/health/reply.h"

namespace llmgw::health {

/// One request of a check that asks a model something.
struct Question {
  std::string path;                   ///< as kinds name it; `{dcgm}` is the page of the exporter beside the target
  std::string body = {};              ///< JSON; empty: a GET
  bool streamed = false;              ///< the answer is read as it comes
  std::size_t leave_after = 0;        ///< of a stream: close it after so many events; 0: read it to its end
  std::chrono::milliseconds rest{0};  ///< the target is left alone for so long before
  std::int64_t prompt_tokens = 0;     ///< the most that it can cost, but for what a gateway adds of its own
  std::int64_t completion_tokens = 0;
};

/// How much of a streamed body was there at what time.
struct Arrival {
  double seconds = 0;  ///< since the question was sent
  std::size_t bytes = 0;
};

struct Target;

/// A question and what came back.
struct Exchange {
  Question question;
  Reply reply;                         ///< of a stream, `body` is all of it that was read
  std::vector<Arrival> arrivals = {};  ///< of a stream, one for each read
  bool left = false;                   ///< closed before its end, as the question wanted it
  const Target* target = nullptr;      ///< who was asked: its credentials are not quoted; null: nobody's
  bool unsent = false;                 ///< it never got to the server: there was no connection, or no time to ask
};

/// What a check of that sort brought to light: its exchanges, or the finding that stands for them.
struct Probed {
  std::vector<Exchange> exchanges = {};
  std::optional<Finding> instead = {};
};

/// What a check wants to ask, in this order, or why there is nothing to ask.
using Plan = std::expected<std::vector<Question>, Finding>;

/// What a run has cost a target.
struct Spent {
  std::int64_t requests = 0;       ///< to models; others cost nothing
  std::int64_t prompt_tokens = 0;  ///< as the server counted them, else the most that they can have been
  std::int64_t completion_tokens = 0;
  std::optional<double> usd_at_most = {};  ///< where it costs money
};

}  // namespace llmgw::health
