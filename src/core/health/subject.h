#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "core/health/check.h"

namespace llmgw::health {

/// What a model is for.
enum class Mode : std::uint8_t { chat, embedding, rerank, other };

/// The model that the checks of levels 3 and 4 ask, and what its server tells of it.
struct Subject {
  std::string id;
  Mode mode = Mode::chat;
  std::optional<bool> sees = {};             ///< takes images
  std::optional<bool> loaded = {};           ///< in memory; empty: this kind has no such state
  std::optional<std::int64_t> context = {};  ///< tokens
  std::int64_t least_tokens = 1;             ///< answers are not asked for with a lower limit
  std::optional<double> typical_s = {};      ///< how long an answer takes, as the server says
  bool reasoning_limit = false;              ///< its limit is called max_completion_tokens
  double prompt_usd = 0;                     ///< for a token
  double completion_usd = 0;
  bool priced = false;  ///< the prices are the server's own, not assumed

  /// The most that a question can cost.
  [[nodiscard]] double usd(std::int64_t prompt_tokens, std::int64_t completion_tokens) const;
};

/// The target's own model, else the first expected one, else the only one there is or that is loaded; nullopt where
/// that is not clear.
std::optional<Subject> subject_of(const Facts& facts, const Expectations& expectations);

/// True when an answer of the target is paid for by somebody.
bool costs_money(const Facts& facts);

/// The model for a check that needs one of that mode, or why it is not asked: no such model, no consent to spend, or
/// it would have to be loaded or woken first.
std::expected<Subject, Finding> consented(const Facts& facts, const Expectations& expectations, Mode mode);

}  // namespace llmgw::health
