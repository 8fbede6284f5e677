#pragma once

#include "core/json/view.h"

namespace llmgw::dialect::chat {

/// The members of a chunk or a whole answer, found in one pass.
struct AnswerMembers {
  json::View id;
  json::View model;
  json::View created;
  json::View choices;
  json::View usage;
  json::View groq;
  json::View error;
  json::View object;
  json::View message;
  json::View detail;

  explicit AnswerMembers(json::View body) {
    for (const auto& [key, value] : body.members()) {
      if (value.absent()) continue;
      if (key == "choices")
        choices = value;
      else if (key == "id")
        id = value;
      else if (key == "model")
        model = value;
      else if (key == "created")
        created = value;
      else if (key == "usage")
        usage = value;
      else if (key == "x_groq")
        groq = value;
      else if (key == "error")
        error = value;
      else if (key == "object")
        object = value;
      else if (key == "message")
        message = value;
      else if (key == "detail")
        detail = value;
    }
  }

  // Groq puts the usage of a stream into a member of its own.
  [[nodiscard]] json::View usage_object() const {
    const json::View found = !usage.is_object() && groq.is_object() ? groq["usage"] : usage;
    return found.is_object() ? found : json::View();
  }

  // {"error":...} anywhere; without choices also the flat shapes of older vLLM and SGLang, FastAPI and Cerebras.
  [[nodiscard]] bool is_error() const {
    if ((error.is_object() || error.is_string() || error.is_array()) && !error.empty_value()) return true;
    if (choices || usage) return false;
    return object.equals("error") || message || detail;
  }
};

}  // namespace llmgw::dialect::chat
