#include "core/health/facts.h"

#include <array>

namespace llmgw::health {
namespace health_facts {

// What servers call the longest input of a model: vLLM max_model_len; OpenRouter and LM Studio context_length and
// max_context_length; TEI max_input_length; llama.cpp meta.n_ctx.
constexpr std::array<std::string_view, 4> context_names{"max_model_len", "context_length", "max_context_length",
                                                        "max_input_length"};

std::optional<std::int64_t> context_of(json::View row) {
  for (const auto name : context_names) {
    if (const auto tokens = row[name].integer()) return tokens;
  }
  return row["meta"]["n_ctx"].integer();
}

}  // namespace health_facts

json::View Reply::json() const {
  const auto parsed = json::parse(body);
  return parsed ? *parsed : json::View();
}

const Reply* Facts::reply(std::string_view path) const {
  const auto found = replies.find(std::string(path));
  return found == replies.end() ? nullptr : &found->second;
}

bool same_model(std::string_view listed, std::string_view asked) {
  constexpr std::string_view tag = ":latest";
  if (listed == asked) return true;
  return listed.size() == asked.size() + tag.size() && listed.starts_with(asked) && listed.ends_with(tag);
}

std::optional<std::vector<ModelRow>> model_rows(const Reply& reply) {
  const auto root = reply.json();
  auto list = root["data"];
  if (!list.is_array()) list = root["models"];
  if (!list.is_array()) list = root;
  if (!reply.ok() || !list.is_array()) return std::nullopt;
  std::vector<ModelRow> rows;
  for (const auto row : list.elements()) {
    for (const auto* name : {"id", "key", "name"}) {
      const auto id = row[name].string();
      if (!id) continue;
      rows.push_back({*id, health_facts::context_of(row)});
      break;
    }
  }
  return rows;
}

}  // namespace llmgw::health
