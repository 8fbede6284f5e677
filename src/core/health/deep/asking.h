#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "core/health/deep/deep.h"

/// What the checks of this folder share: how requests are written, and what is said of one that was not served.
namespace llmgw::health::deep {

/// A Chat or Messages request.
struct Prompt {
  std::string_view text;    ///< of the only message
  std::int64_t tokens = 1;  ///< the limit on the answer; the model's least counts where that is higher
  bool streamed = false;
  std::string_view members = {};  ///< more members of the request, as JSON with a comma in front
  std::string_view content = {};  ///< JSON in the place of `text`
  std::int64_t extra = 0;         ///< tokens at most that its servers make of it besides those of its text
};
/// What servers write before a question that has tools or a schema: Anthropic's own prompt for tools has up to 530
/// tokens (docs.anthropic.com, "Tool use"), models' chat templates have fewer.
inline constexpr std::int64_t extra_of_schemas = 1'000;
/// An image of 64 by 64 pixels: 2833 + 5667 for gpt-4o-mini, which counts the most
/// (platform.openai.com/docs/guides/images-vision).
inline constexpr std::int64_t extra_of_image = 10'000;
Question ask_chat(const Subject& subject, const Prompt& prompt);
Question ask_messages(const Subject& subject, const Prompt& prompt);
/// A request of another format, whose body is given; `tokens` is the most that its answer can have.
Question ask_raw(std::string_view path, std::string body, std::int64_t tokens);

/// What a check's questions brought, or the finding that it has to give without: it was not asked, planned not to ask,
/// or the run's time was over. Fewer than `at_least` exchanges are given where the last one was not served.
struct Answers {
  const std::vector<Exchange>* exchanges = nullptr;  ///< null: `instead` holds
  Finding instead = {};
};
Answers answers_to(const Facts& facts, std::string_view check, std::size_t at_least = 1);

/// A status of 200 came; its body may be cut all the same.
bool served(const Exchange& exchange);
/// How a request fared as far as HTTP goes; nullopt: it was answered with 200.
std::optional<Finding> unserved(const Exchange& exchange);
/// The same for what servers may do without: `not_offered` (skipped) where the path is not there, `feature_refused`
/// (warn) where the request is not taken.
std::optional<Finding> unserved_feature(const Exchange& exchange, std::string_view feature);

/// A text of the model in quotes, cut to a few words.
std::string in_quotes(std::string_view text);

}  // namespace llmgw::health::deep
