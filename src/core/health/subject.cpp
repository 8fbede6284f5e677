#include "core/health/subject.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/dialects/openai_chat/model_rules.h"
#include "core/health/judges.h"
#include "core/http/lower_text.h"

namespace llmgw::health {
namespace subjects {

// What a token is taken to cost where the server tells no price: more than any model of the public price lists but the
// dearest ones, in USD.
constexpr double assumed_prompt_usd = 15e-6;
constexpr double assumed_completion_usd = 75e-6;

constexpr std::int64_t openai_least = 16;      // OpenRouter: OpenAI's models refuse less
constexpr std::int64_t reasoning_least = 200;  // what thinking models need before the first visible word

// Parts of the names of models that think unless told otherwise, as their makers publish them.
constexpr std::array<std::string_view, 16> thinkers{
    "gpt-oss",  "deepseek-r", "deepseek-v4", "qwq",   "qwen3",    "thinking",  "reason",    "gemini-2.5",
    "gemini-3", "glm-4.5",    "glm-4.6",     "glm-5", "kimi-k2.", "magistral", "minimax-m", "grok-4"};
constexpr std::array<std::string_view, 12> seers{"-vl",   "vision", "llava",  "pixtral", "gpt-4o",  "gpt-4.1",
                                                 "gpt-5", "gemini", "claude", "llama-4", "gemma-3", "internvl"};
constexpr std::array<std::string_view, 6> rerankers{"rerank", "cross-encoder", "jina-colbert",
                                                    "monot5", "ms-marco",      "ranker"};
constexpr std::array<std::string_view, 8> embedders{"embed",  "bge-",   "e5-",       "gte-",
                                                    "minilm", "nomic-", "jina-clip", "arctic-e"};

template <std::size_t Size>
bool has_any(std::string_view name, const std::array<std::string_view, Size>& parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return name.contains(part); });
}

/// The element of a list whose member of one of these names is the model's.
json::View element(json::View list, std::string_view id, std::initializer_list<std::string_view> names) {
  for (const auto row : list.elements()) {
    for (const auto name : names) {
      if (const auto listed = row[name].string(); listed && same_model(*listed, id)) return row;
    }
  }
  return {};
}

json::View reply_json(const Facts& facts, std::string_view path) {
  const auto* reply = path.empty() ? nullptr : facts.reply(path);
  return reply != nullptr && reply->ok() ? reply->json() : json::View();
}

json::View list_of(json::View root) {
  if (root["data"].is_array()) return root["data"];
  return root["models"].is_array() ? root["models"] : root;
}

Mode mode_named(std::string_view word) {
  if (word.starts_with("embed")) return Mode::embedding;
  if (word == "rerank" || word == "reranker") return Mode::rerank;
  if (word == "chat" || word == "completion" || word == "llm" || word == "vlm" || word == "responses")
    return Mode::chat;
  return Mode::other;
}

Mode mode_by_name(std::string_view name) {
  if (has_any(name, rerankers)) return Mode::rerank;
  if (has_any(name, embedders)) return Mode::embedding;
  return Mode::chat;
}

bool lists(json::View list, std::string_view word) {
  for (const auto each : list.elements()) {
    if (each.equals(word)) return true;
  }
  return false;
}

/// Prices stand as numbers (LiteLLM) and as texts (OpenRouter).
std::optional<double> price(json::View value) {
  if (const auto number = value.number()) return number;
  const auto text = value.string().value_or("");
  double read = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (text.empty() || problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return read;
}

void take_prices(Subject& subject, json::View prompt, json::View completion) {
  const auto in = price(prompt);
  const auto out = price(completion);
  if (!in || !out || *in < 0 || *out < 0) return;
  subject.prompt_usd = *in;
  subject.completion_usd = *out;
  subject.priced = true;
}

// OpenRouter: architecture.input_modalities and pricing (openrouter.ai/docs, "Models"). LM Studio: type, and
// capabilities.vision. llama.cpp's router: status.value.
void take_row(Subject& subject, json::View row) {
  if (const auto type = row["type"].string()) {
    if (*type != "model") subject.mode = mode_named(*type);
    if (*type == "vlm") subject.sees = true;
  }
  if (const auto sees = row["capabilities"]["vision"].boolean()) subject.sees = sees;
  const auto modalities = row["architecture"]["input_modalities"];
  if (modalities.is_array()) subject.sees = lists(modalities, "image");
  take_prices(subject, row["pricing"]["prompt"], row["pricing"]["completion"]);
  if (const auto status = row["status"]["value"].string()) subject.loaded = *status == "loaded";
}

// LiteLLM's /model/info: model_info with mode, supports_vision and costs per token (docs.litellm.ai, "Model
// Management"). The DGX gateway's /v1/info: alias, constraints, modalities. TEI's /info: model_type.
void take_info(Subject& subject, const Facts& facts) {
  const auto root = reply_json(facts, facts.kind->info);
  const auto row = element(list_of(root), subject.id, {"model_name", "alias", "id"});
  const auto info = row["model_info"];
  if (const auto mode = info["mode"].string()) subject.mode = mode_named(*mode);
  if (const auto sees = info["supports_vision"].boolean()) subject.sees = sees;
  take_prices(subject, info["input_cost_per_token"], info["output_cost_per_token"]);
  const auto limits = row["constraints"];
  subject.least_tokens = std::max(subject.least_tokens, limits["min_max_tokens"].integer().value_or(1));
  subject.typical_s = limits["typical_response_seconds"].number();
  if (const auto context = row["context_window"].integer()) subject.context = context;
  const auto modalities = row["modalities"]["input"].is_array() ? row["modalities"]["input"] : row["modalities"];
  if (modalities.is_array()) subject.sees = lists(modalities, "image") || lists(modalities, "vision");
  for (const auto& [type, value] : root["model_type"].members()) subject.mode = mode_named(type);
}

/// Servers that load models when they are asked for tell which ones are there. A failure tells nothing.
void take_loaded(Subject& subject, const Facts& facts) {
  const auto* reply = facts.kind->loaded.empty() ? nullptr : facts.reply(facts.kind->loaded);
  if (reply == nullptr || !reply->ok()) return;
  const auto row = element(list_of(reply->json()), subject.id, {"name", "model", "key", "id"});
  // LM Studio lists all models, with the instances that are loaded (lmstudio.ai/docs, "REST API v1"); Ollama's
  // /api/ps lists those that are loaded.
  const auto instances = row["loaded_instances"];
  subject.loaded = instances.is_array() ? !instances.empty_value() : static_cast<bool>(row);
}

std::optional<std::string> id_of(const Facts& facts, const Expectations& expectations) {
  if (!facts.model.empty()) return facts.model;
  if (!expectations.models.empty()) return expectations.models.front();
  const auto root = reply_json(facts, facts.kind->models);
  const auto* listing = facts.kind->models.empty() ? nullptr : facts.reply(facts.kind->models);
  const auto rows =
      listing != nullptr ? model_rows(*listing).value_or(std::vector<ModelRow>()) : std::vector<ModelRow>();
  if (rows.size() == 1) return rows.front().id;
  std::vector<std::string> loaded;
  for (const auto& row : rows) {
    Subject each{.id = row.id};
    take_row(each, element(list_of(root), row.id, {"id", "key", "name"}));
    take_loaded(each, facts);
    if (each.loaded.value_or(false)) loaded.push_back(row.id);
  }
  if (loaded.size() == 1) return loaded.front();
  // TEI lists no models; it has one.
  return rows.empty() ? reply_json(facts, facts.kind->info)["model_id"].string() : std::nullopt;
}

bool is_openai(const Facts& facts, std::string_view name) {
  return facts.kind->openai_models || name.starts_with("openai/") || name.starts_with("gpt-");
}

// A request does not wake vLLM: it kills an engine that sleeps (github.com/vllm-project/vllm, issue 15483), or waits.
// GET /is_sleeping is there in its development mode, which is what lets it be sent to sleep from outside
// (docs.vllm.ai, "Sleep Mode").
bool sleeps(const Facts& facts, const Expectations& expectations) {
  if (reply_json(facts, facts.kind->asleep)["is_sleeping"].boolean().value_or(false)) return true;
  if (!facts.page || facts.kind->load.sleep.empty()) return false;
  const auto state = judges::sleep(facts, expectations).state;
  return state == State::crit || state == State::idle;
}

std::string_view mode_word(Mode mode) {
  constexpr std::array<std::string_view, 4> words{"chat", "embeddings", "reranking", "something else"};
  return words[static_cast<std::size_t>(mode)];
}

}  // namespace subjects

double Subject::usd(std::int64_t prompt_tokens, std::int64_t completion_tokens) const {
  return static_cast<double>(prompt_tokens) * prompt_usd + static_cast<double>(completion_tokens) * completion_usd;
}

std::optional<Subject> subject_of(const Facts& facts, const Expectations& expectations) {
  const auto id = subjects::id_of(facts, expectations);
  if (!id) return std::nullopt;
  const auto name = http::lower_text(*id);
  Subject subject{.id = *id, .mode = subjects::mode_by_name(name)};
  if (subjects::has_any(name, subjects::seers)) subject.sees = true;
  const bool reasons = dialect::chat::model_rules(name).reasons;
  subject.reasoning_limit = facts.kind->openai_models || reasons;
  if (subjects::is_openai(facts, name)) subject.least_tokens = subjects::openai_least;
  const bool thinks = reasons || (subjects::has_any(name, subjects::thinkers) && !name.contains("instruct"));
  if (thinks) subject.least_tokens = subjects::reasoning_least;
  if (costs_money(facts)) {
    subject.prompt_usd = subjects::assumed_prompt_usd;
    subject.completion_usd = subjects::assumed_completion_usd;
  }
  if (!facts.kind->models.empty()) {
    const auto root = subjects::reply_json(facts, facts.kind->models);
    subjects::take_row(subject, subjects::element(subjects::list_of(root), *id, {"id", "key", "name"}));
    if (const auto* listing = facts.reply(facts.kind->models)) {
      for (const auto& row : model_rows(*listing).value_or(std::vector<ModelRow>())) {
        if (same_model(row.id, *id)) subject.context = row.context;
      }
    }
  }
  subjects::take_info(subject, facts);
  subjects::take_loaded(subject, facts);
  return subject;
}

bool costs_money(const Facts& facts) {
  const auto& kind = *facts.kind;
  if (kind.hosted || kind.gateway) return true;
  // What only lists models may be anybody's, and so may what one weak sign speaks for; on this machine it is an engine.
  return !facts.loopback && (kind.plain || facts.confidence == Confidence::low);
}

std::expected<Subject, Finding> consented(const Facts& facts, const Expectations& expectations, Mode mode) {
  const auto not_asked = [](std::string_view code, std::string why) {
    return std::unexpected(Finding{State::skipped, code, std::move(why)});
  };
  auto subject = subject_of(facts, expectations);
  if (!subject) return not_asked("model_unclear", "which model to ask is not clear: name one with --model");
  if (subject->mode != mode) {
    return std::unexpected(
        judges::not_applicable(fmt::format("{} is for {}", subject->id, subjects::mode_word(subject->mode))));
  }
  if (costs_money(facts) && !expectations.cost_limit_usd) {
    return not_asked("would_spend", fmt::format("asking {} may cost money: allow it with --cost-limit", subject->id));
  }
  if (subjects::sleeps(facts, expectations)) {
    return not_asked("would_load", "the engine sleeps, and a request does not wake it");
  }
  if (expectations.allow_load) return *std::move(subject);
  if (subject->loaded == false) {
    return not_asked("would_load", fmt::format("{} is not loaded: allow it with --allow-load", subject->id));
  }
  if (!subject->loaded && !facts.kind->loaded.empty()) {
    const auto* reply = facts.reply(facts.kind->loaded);
    const auto why = reply != nullptr ? judges::told(*reply) : "it was not asked for";
    return std::unexpected(
        Finding{State::unknown, "would_load",
                fmt::format("whether {} is loaded is not known ({}): allow it with --allow-load", subject->id, why)});
  }
  return *std::move(subject);
}

}  // namespace llmgw::health
