#include "proxy/sim/retrieval.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <optional>
#include <string>

#include "core/base/base64.h"
#include "core/base/ids.h"
#include "core/json/writer.h"
#include "core/tokens/estimate.h"

namespace llmgw::sim {
namespace retrieving {

constexpr std::size_t usual_dimensions = 256;
constexpr std::int64_t most_dimensions = 4096;
constexpr std::size_t most_texts = 2048;

bool in_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// FNV-1a of a word without letter case.
std::uint64_t hash(std::string_view word) {
  std::uint64_t value = 0xcbf29ce484222325ULL;
  for (const char c : word) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    value = (value ^ static_cast<unsigned char>(lower)) * 0x100000001b3ULL;
  }
  return value;
}

void add_word(std::vector<float>& sum, std::string_view word, std::uint64_t seed) {
  IdSource random(hash(word) ^ (seed * 0x9e3779b97f4a7c15ULL));
  for (auto& each : sum) each += static_cast<float>(2 * random.uniform() - 1);
}

Error refusal(std::string message, std::string param) {
  Error error;
  error.code = Errc::invalid_request;
  error.message = std::move(message);
  error.param = std::move(param);
  return error;
}

std::string model_of(const World& world, json::View body) {
  const auto model = body["model"].string();
  return model ? std::string(*model) : world.options.models.front();
}

/// One text of a request, and what it counts.
struct Text {
  std::string words;
  std::int64_t tokens = 0;
};

Text text_of(std::string_view words) { return {std::string(words), tokens::from_bytes(words.size())}; }

/// A list of tokens stands for the text of its numbers.
std::optional<Text> tokens_of(json::View list) {
  Text text;
  for (const auto each : list.elements()) {
    const auto token = each.integer();
    if (!token) return std::nullopt;
    text.words += fmt::format("{} ", *token);
    ++text.tokens;
  }
  return text.tokens == 0 ? std::nullopt : std::optional(std::move(text));
}

std::optional<Text> one_of(json::View value) {
  if (const auto words = value.string()) return text_of(*words);
  return value.is_array() ? tokens_of(value) : std::nullopt;
}

Result<std::vector<Text>> inputs_of(json::View input) {
  std::vector<Text> texts;
  if (auto one = one_of(input)) {
    texts.push_back(*std::move(one));
    return texts;
  }
  for (const auto each : input.elements()) {
    auto one = one_of(each);
    if (!one || texts.size() == most_texts)
      return std::unexpected(refusal("input must be a text, tokens, or up to 2048 of these", "input"));
    texts.push_back(*std::move(one));
  }
  if (texts.empty()) return std::unexpected(refusal("input: Field required", "input"));
  return texts;
}

/// Documents are texts, or objects with one.
Result<std::vector<Text>> documents_of(json::View documents) {
  std::vector<Text> texts;
  for (const auto each : documents.elements()) {
    auto words = each.string();
    if (!words) words = each["text"].string();
    if (!words || texts.size() == most_texts)
      return std::unexpected(refusal("documents must be up to 2048 texts", "documents"));
    texts.push_back(text_of(*words));
  }
  if (texts.empty()) return std::unexpected(refusal("documents: Field required", "documents"));
  return texts;
}

Result<std::int64_t> count(World& world, const std::vector<Text>& texts, std::int64_t beside) {
  std::int64_t sum = 0;
  for (const auto& text : texts) {
    if (text.tokens + beside > world.usual.max_model_len) {
      return fail(Errc::context_length, fmt::format("This model's maximum context length is {} tokens. However, your "
                                                    "request has {} input tokens.",
                                                    world.usual.max_model_len, text.tokens + beside));
    }
    sum += text.tokens + beside;
  }
  world.tally.prompt_tokens.fetch_add(static_cast<std::uint64_t>(sum), std::memory_order_relaxed);
  return sum;
}

/// As OpenAI's clients ask for it: numbers of four bytes, the lowest first.
std::string in_base64(const std::vector<float>& vector) {
  std::string bytes;
  for (const auto each : vector) {
    const auto bits = std::bit_cast<std::uint32_t>(each);
    for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>((bits >> shift) & 0xffU);
  }
  auto text = base64url(bytes);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return text;
}

void write_vector(json::Writer& writer, const std::vector<float>& vector, bool base64) {
  if (base64) return writer.string(in_base64(vector));
  writer.begin_array();
  for (const auto each : vector) writer.raw(fmt::format("{:.7g}", each));
  writer.end_array();
}

void write_usage(json::Writer& writer, std::int64_t tokens) {
  writer.key("usage");
  writer.begin_object();
  writer.member("prompt_tokens", tokens);
  writer.member("total_tokens", tokens);
  writer.end_object();
}

Result<std::string> embeddings(World& world, std::string_view text) {
  TRY(const auto body, json::parse(text));
  TRY(const auto texts, inputs_of(body["input"]));
  const auto asked = body["dimensions"].integer().value_or(std::int64_t{usual_dimensions});
  if (asked < 1 || asked > most_dimensions)
    return std::unexpected(refusal("dimensions must be from 1 to 4096", "dimensions"));
  const auto format = body["encoding_format"].string().value_or("float");
  if (format != "float" && format != "base64")
    return std::unexpected(refusal("encoding_format must be float or base64", "encoding_format"));
  TRY(const auto tokens, count(world, texts, 0));
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.member("object", "list");
  writer.key("data");
  writer.begin_array();
  std::int64_t index = 0;
  for (const auto& each : texts) {
    writer.begin_object();
    writer.member("object", "embedding");
    writer.member("index", index++);
    writer.key("embedding");
    const auto vector = embedding_of(each.words, world.options.seed, static_cast<std::size_t>(asked));
    write_vector(writer, vector, format == "base64");
    writer.end_object();
  }
  writer.end_array();
  writer.member("model", model_of(world, body));
  write_usage(writer, tokens);
  writer.end_object();
  return out;
}

struct Ranked {
  std::size_t index;
  double score;
};

/// By their nearness to the query, the best first.
std::vector<Ranked> ranking(std::string_view query, const std::vector<Text>& documents, std::uint64_t seed) {
  const auto wanted = embedding_of(query, seed, usual_dimensions);
  std::vector<Ranked> ranked;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const auto vector = embedding_of(documents[i].words, seed, usual_dimensions);
    const double cosine = std::inner_product(wanted.begin(), wanted.end(), vector.begin(), 0.0);
    ranked.push_back({i, std::clamp((1 + cosine) / 2, 0.0, 1.0)});
  }
  std::ranges::stable_sort(ranked, [](const Ranked& a, const Ranked& b) { return a.score > b.score; });
  return ranked;
}

Result<std::string> ranked(World& world, std::string_view text) {
  TRY(const auto body, json::parse(text));
  const auto query = body["query"].string();
  if (!query) return std::unexpected(refusal("query: Field required", "query"));
  TRY(const auto documents, documents_of(body["documents"]));
  TRY(const auto tokens, count(world, documents, tokens::from_bytes(query->size())));
  auto results = ranking(*query, documents, world.options.seed);
  const auto top = body["top_n"].integer().value_or(0);
  if (top > 0 && static_cast<std::size_t>(top) < results.size()) results.resize(static_cast<std::size_t>(top));
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.member("id", fmt::format("rerank-{:016x}", hash(text)));
  writer.member("model", model_of(world, body));
  write_usage(writer, tokens);
  writer.key("results");
  writer.begin_array();
  for (const auto& each : results) {
    writer.begin_object();
    writer.member("index", static_cast<std::int64_t>(each.index));
    writer.key("document");
    writer.begin_object();
    writer.member("text", documents[each.index].words);
    writer.end_object();
    writer.key("relevance_score");
    writer.raw(fmt::format("{:.6f}", each.score));
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return out;
}

Reply reply_of(Result<std::string> body) {
  if (!body) return error_reply(dialect::openai_chat, body.error(), {});
  return {.body = *std::move(body)};
}

}  // namespace retrieving

std::vector<float> embedding_of(std::string_view text, std::uint64_t seed, std::size_t dimensions) {
  std::vector<float> vector(dimensions);
  bool any = false;
  for (std::size_t at = 0; at < text.size();) {
    auto end = at;
    while (end < text.size() && retrieving::in_word(text[end])) ++end;
    if (end > at) retrieving::add_word(vector, text.substr(at, end - at), seed);
    any = any || end > at;
    at = end + 1;
  }
  if (!any) retrieving::add_word(vector, text, seed);
  const double length = std::sqrt(std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0));
  if (length == 0) return vector;
  for (auto& each : vector) each = static_cast<float>(each / length);
  return vector;
}

Reply embed(World& world, const http::Request& request) {
  return retrieving::reply_of(retrieving::embeddings(world, request.body));
}

Reply rerank(World& world, const http::Request& request) {
  return retrieving::reply_of(retrieving::ranked(world, request.body));
}

}  // namespace llmgw::sim
