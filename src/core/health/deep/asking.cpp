#include "core/health/deep/asking.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/health/judges.h"
#include "core/json/writer.h"

namespace llmgw::health::deep {
namespace deep_asking {

constexpr int unauthorized = 401;
constexpr int forbidden = 403;
constexpr int not_found = 404;
constexpr int too_many = 429;
constexpr int server_error = 500;
constexpr int not_implemented = 501;

/// The most that a text of so many bytes can be in tokens, with the frame of a message: no tokenizer makes more than
/// one of a byte.
std::int64_t tokens_at_most(std::size_t bytes) {
  constexpr std::size_t frame = 64;
  return static_cast<std::int64_t>(bytes + frame);
}

std::string body_of(const Subject& subject, const Prompt& prompt, std::string_view limit, std::int64_t tokens) {
  std::string body = "{\"model\":" + json::quoted(subject.id) + ",\"messages\":[{\"role\":\"user\",\"content\":";
  body += prompt.content.empty() ? json::quoted(prompt.text) : std::string(prompt.content);
  body += fmt::format("}}],\"{}\":{},\"stream\":{}", limit, tokens, prompt.streamed);
  body += prompt.members;
  return body + "}";
}

Question asked(std::string_view path, std::string body, const Prompt& prompt, std::int64_t tokens) {
  const auto size = prompt.content.size() + prompt.text.size() + prompt.members.size();
  return {.path = std::string(path),
          .body = std::move(body),
          .streamed = prompt.streamed,
          .prompt_tokens = tokens_at_most(size) + prompt.extra,
          .completion_tokens = tokens};
}

}  // namespace deep_asking

Question ask_chat(const Subject& subject, const Prompt& prompt) {
  const auto tokens = std::max(prompt.tokens, subject.least_tokens);
  const auto* limit = subject.reasoning_limit ? "max_completion_tokens" : "max_tokens";
  auto body = deep_asking::body_of(subject, prompt, limit, tokens);
  return deep_asking::asked("{api}/chat/completions", std::move(body), prompt, tokens);
}

Question ask_messages(const Subject& subject, const Prompt& prompt) {
  const auto tokens = std::max(prompt.tokens, subject.least_tokens);
  auto body = deep_asking::body_of(subject, prompt, "max_tokens", tokens);
  return deep_asking::asked("{api}/messages", std::move(body), prompt, tokens);
}

Question ask_raw(std::string_view path, std::string body, std::int64_t tokens) {
  const auto prompt_tokens = deep_asking::tokens_at_most(body.size());
  return {
      .path = std::string(path), .body = std::move(body), .prompt_tokens = prompt_tokens, .completion_tokens = tokens};
}

Answers answers_to(const Facts& facts, std::string_view check, std::size_t at_least) {
  const auto found = facts.probes.find(check);
  if (found == facts.probes.end()) return {nullptr, {State::skipped, "not_asked", "it was not asked in this run"}};
  if (found->second.instead) return {nullptr, *found->second.instead};
  const auto& exchanges = found->second.exchanges;
  const bool refused = !exchanges.empty() && !served(exchanges.back());
  if (exchanges.size() < at_least && !refused) {
    return {nullptr, {State::unknown, "no_time", "the time limit of the run came first"}};
  }
  return {&exchanges, {}};
}

bool served(const Exchange& exchange) { return exchange.reply.status >= 200 && exchange.reply.status < 300; }

std::optional<Finding> unserved(const Exchange& exchange) {
  using namespace deep_asking;
  const auto& reply = exchange.reply;
  if (auto finding = judges::unasked(reply)) return finding;
  // An engine with a queue answers nothing at all until it is a request's turn: late, and no sign of a fault.
  const bool late = reply.error && reply.error->code == Errc::timeout && !exchange.left;
  if (reply.status == 0) return Finding{State::crit, late ? "answer_late" : "no_answer", judges::told(reply)};
  if (reply.status == unauthorized || reply.status == forbidden) {
    return Finding{State::crit, "key_refused", judges::told(reply)};
  }
  if (reply.status == too_many) return Finding{State::warn, "rate_limited", judges::told(reply)};
  if (reply.status >= server_error) return Finding{State::crit, "request_failed", judges::told(reply)};
  if (!served(exchange)) return Finding{State::crit, "request_refused", judges::told(reply)};
  if (reply.error && !exchange.left) {
    return Finding{State::crit, late ? "answer_late" : "answer_cut", reply.error->message};
  }
  return std::nullopt;
}

std::optional<Finding> unserved_feature(const Exchange& exchange, std::string_view feature) {
  using namespace deep_asking;
  const auto status = exchange.reply.status;
  constexpr std::array absent{not_found, 405, not_implemented};
  if (std::ranges::find(absent, status) != absent.end()) {
    return Finding{State::skipped, "not_offered", fmt::format("{}: {}", feature, judges::told(exchange.reply))};
  }
  if (status == 400 || status == 422) {
    return Finding{State::warn, "feature_refused", fmt::format("{}: {}", feature, judges::told(exchange.reply))};
  }
  return unserved(exchange);
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t most = 48;
  const auto begin = std::min(text.find_first_not_of(" \n\r\t"), text.size());
  text.remove_prefix(begin);
  if (text.size() <= most) return fmt::format("\"{}\"", text);
  // Not inside of a character.
  auto end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return fmt::format("\"{}...\"", text.substr(0, end));
}

}  // namespace llmgw::health::deep
