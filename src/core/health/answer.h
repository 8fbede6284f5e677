#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/health/probe.h"

/// What models said, read as strictly as a client would have to and no further: the checks judge what came over the
/// wire, so nothing is repaired here.
namespace llmgw::health {

/// An answer in either format.
struct Answer {
  struct Call {
    std::string name;
    std::string arguments;  ///< as they came: JSON, if the server is right
  };
  std::string text;
  std::string reasoning;
  std::vector<Call> calls;
  std::string finish;  ///< the reason for the end; empty: none was told
  std::optional<std::int64_t> prompt_tokens;
  std::optional<std::int64_t> completion_tokens;
  bool ended = false;           ///< of a stream: the format's own mark of the end came
  std::string trouble;          ///< an error inside of the answer, or what of it is none of the format
  std::vector<double> moments;  ///< of a stream: when each event with content was there, in seconds
};

/// One event of a stream.
struct StreamEvent {
  double seconds = 0;  ///< when its last byte was there
  std::string name;
  std::string data;
};
/// The events of a streamed exchange, without credentials.
std::vector<StreamEvent> events_of(const Exchange& exchange);

/// A Chat Completions answer, whole or streamed as the question was, without credentials, which a stream may send in
/// pieces.
Answer read_chat(const Exchange& exchange);
/// A Messages answer, whole or streamed.
Answer read_messages(const Exchange& exchange);

/// Adds what the answer tells to have cost. What it does not tell counts as the most that the question allowed, also
/// where no answer came: who has the request may work on it and bill it.
void count_usage(const Exchange& exchange, Spent& spent);

}  // namespace llmgw::health
