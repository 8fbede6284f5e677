#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json/view.h"

namespace llmgw::dialect::chat {

/// One piece of reasoning as compatible servers send it: text, and what OpenRouter's `reasoning_details` adds.
struct ReasoningPart {
  std::string text;
  std::string signature;
  std::string encrypted;
  std::string id;                     ///< that the service knows its opaque data by
  std::string origin;                 ///< family that issued signature and encrypted data
  std::optional<std::int64_t> index;  ///< parts of one block share it
  bool summary = false;
};

/// The three members that carry reasoning in a delta or a message.
struct ReasoningMembers {
  json::View reasoning;          ///< vLLM, OpenRouter, Groq, Ollama
  json::View reasoning_content;  ///< DeepSeek, older vLLM, SGLang, llama.cpp, Qwen, Moonshot
  json::View details;            ///< OpenRouter
};

/// Reads the members into parts, each text once. `text_seen`: the answer's reasoning came as plain text before, so
/// texts in the details repeat it; updated.
std::vector<ReasoningPart> read_reasoning(const ReasoningMembers& members, bool& text_seen);

}  // namespace llmgw::dialect::chat
