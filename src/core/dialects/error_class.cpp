#include "core/dialects/error_class.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/http/headers.h"

namespace llmgw::dialect {
namespace error_class_rows {

struct Word {
  std::string_view word;
  Errc code;
};

// The services' own words: OpenAI, Anthropic, Google (status), Azure, vLLM and SGLang (exception names), OpenRouter,
// LiteLLM. `invalid_request_error` is missing on purpose: OpenAI uses it for 401 and 404 as well.
constexpr std::array words{
    Word{"context_length_exceeded", Errc::context_length},
    Word{"string_above_max_length", Errc::context_length},
    Word{"exceed_context_size_error", Errc::context_length},
    Word{"content_filter", Errc::content_policy},
    Word{"content_policy_violation", Errc::content_policy},
    Word{"ResponsibleAIPolicyViolation", Errc::content_policy},
    Word{"invalid_api_key", Errc::authentication},
    Word{"authentication_error", Errc::authentication},
    Word{"AuthenticationError", Errc::authentication},
    Word{"UNAUTHENTICATED", Errc::authentication},
    Word{"API_KEY_INVALID", Errc::authentication},
    Word{"permission_error", Errc::permission},
    Word{"permission_denied", Errc::permission},
    Word{"unsupported_country_region_territory", Errc::permission},
    Word{"model_not_found", Errc::not_found},
    Word{"not_found_error", Errc::not_found},
    Word{"NotFoundError", Errc::not_found},
    Word{"NOT_FOUND", Errc::not_found},
    Word{"DeploymentNotFound", Errc::not_found},
    Word{"request_too_large", Errc::too_large},
    Word{"insufficient_quota", Errc::quota},
    Word{"billing_error", Errc::quota},
    Word{"billing_hard_limit_reached", Errc::quota},
    Word{"budget_exceeded", Errc::quota},
    Word{"rate_limit_exceeded", Errc::rate_limit},
    Word{"rate_limit_error", Errc::rate_limit},
    Word{"RateLimitError", Errc::rate_limit},
    Word{"RESOURCE_EXHAUSTED", Errc::rate_limit},
    Word{"too_many_requests", Errc::rate_limit},
    Word{"ThrottlingException", Errc::rate_limit},
    Word{"timeout_error", Errc::timeout},
    Word{"DEADLINE_EXCEEDED", Errc::timeout},
    Word{"overloaded_error", Errc::overloaded},
    Word{"service_unavailable", Errc::overloaded},
    Word{"unavailable_error", Errc::overloaded},
    Word{"UNAVAILABLE", Errc::overloaded},
    Word{"server_error", Errc::upstream_error},
    Word{"api_error", Errc::upstream_error},
    Word{"InternalServerError", Errc::upstream_error},
};

// Texts of a prompt over the limit, from recorded answers of OpenAI, Anthropic, vLLM, llama.cpp, Gemini and Bedrock.
constexpr std::array<std::string_view, 11> context_texts{
    "maximum context length",
    "context_length_exceeded",
    "context window",
    "prompt is too long",
    "input is too long",
    "exceeds the maximum number of tokens",
    "exceed context limit",
    "longer than the maximum model length",
    "exceeds the available context size",
    "input token count",
    "please reduce the length",
};

bool contains_without_case(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  return !std::ranges::search(text, part, same).empty();
}

const Word* find(std::string_view word) {
  if (word.empty()) return nullptr;
  const auto found = std::ranges::find_if(words, [&](const Word& row) { return http::same_name(row.word, word); });
  return found == words.end() ? nullptr : &*found;
}

Errc by_status(int status) {
  switch (status) {
    case 401: return Errc::authentication;
    case 402: return Errc::quota;
    case 403: return Errc::permission;
    case 404: return Errc::not_found;
    case 408: return Errc::timeout;
    case 413: return Errc::too_large;
    case 429: return Errc::rate_limit;
    case 503:
    case 529: return Errc::overloaded;  // 529: Anthropic's "overloaded"
    case 504: return Errc::timeout;
    default: return status >= 400 && status < 500 ? Errc::invalid_request : Errc::upstream_error;
  }
}

}  // namespace error_class_rows

bool says_context_length(std::string_view message) {
  return std::ranges::any_of(error_class_rows::context_texts, [&](std::string_view text) {
    return error_class_rows::contains_without_case(message, text);
  });
}

Errc classify(const ErrorWords& words) {
  for (const auto* word : {&words.code, &words.reason, &words.type}) {
    const auto* row = error_class_rows::find(*word);
    if (row == nullptr) continue;
    // "Internal server error" may still hold the engine's refusal of a long prompt.
    if (row->code == Errc::upstream_error && says_context_length(words.message)) return Errc::context_length;
    return row->code;
  }
  const Errc code = error_class_rows::by_status(words.status);
  const bool about_the_request =
      code == Errc::invalid_request || code == Errc::too_large || code == Errc::upstream_error;
  if (about_the_request && says_context_length(words.message)) return Errc::context_length;
  const bool many = error_class_rows::contains_without_case(words.message, "too many tokens");
  return many && words.status == 400 ? Errc::context_length : code;
}

}  // namespace llmgw::dialect
